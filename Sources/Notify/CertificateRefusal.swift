/// Why a server's certificate was refused, in words that say what to do.
enum CertificateRefusal: Equatable, Sendable {
    /// It is for another host than the one that was asked for.
    case otherHost
    /// Its time is over or has not begun.
    case notNow
    /// Nobody who is trusted has signed it.
    case untrusted
    /// It does not hold, and nobody says why.
    case unsaid

    /// What OpenSSL's verification found, as libcurl has it.
    init(verification: Int) {
        switch verification {
        // libcurl looks at the name first and leaves 1 where it did not come to the signatures.
        case 0, 1: self = .otherHost
        // X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of openssl/x509_vfy.h.
        case 9, 10: self = .notNow
        default: self = .untrusted
        }
    }

    /// What libmosquitto writes when it refuses a broker's certificate; nil for any other line.
    init?(logLine: String) {
        if logLine.contains("host name verification failed") {
            self = .otherHost
        } else if logLine.contains("certificate verify failed") {
            // OpenSSL's word for every reason.
            self = .unsaid
        } else {
            return nil
        }
    }

    /// A part of a sentence for a person.
    var text: String {
        switch self {
        case .otherHost: "the server's certificate is for another host name than the settings have"
        case .notNow: "the server's certificate has expired, or this machine's clock is wrong"
        case .untrusted:
            "the server's certificate is not trusted; if an authority of your own has signed it, "
                + "name the file of that authority's certificate in NOTIFY_CA_FILE"
        case .unsaid:
            "the server's certificate is not trusted, has expired, or this machine's clock is wrong; if "
                + "an authority of your own has signed it, name the file of that authority's "
                + "certificate in NOTIFY_CA_FILE"
        }
    }

    /// What is told when `NOTIFY_CA_FILE` is of no use.
    static let unreadableAuthorities =
        "NOTIFY_CA_FILE cannot be read or holds no certificate in PEM; nothing is sent without it"
}
