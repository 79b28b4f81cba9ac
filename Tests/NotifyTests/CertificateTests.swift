import Testing

@testable import Notify

/// What is said of a certificate that is refused.
struct CertificateTests {
    @Test(
        arguments: [
            (1, .otherHost), (9, .notNow), (10, .notNow), (18, .untrusted), (20, .untrusted),
        ] as [(Int, CertificateRefusal)])
    func `what OpenSSL found has a name`(verification: Int, refusal: CertificateRefusal) {
        #expect(CertificateRefusal(verification: verification) == refusal)
    }

    @Test(
        arguments: [
            ("Error: host name verification failed.", .otherHost),
            (
                "OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed",
                .unsaid
            ),
            ("Client cctv_1 sending CONNECT", nil),
        ] as [(String, CertificateRefusal?)])
    func `what libmosquitto writes has a name`(line: String, refusal: CertificateRefusal?) {
        #expect(CertificateRefusal(logLine: line) == refusal)
    }
}
