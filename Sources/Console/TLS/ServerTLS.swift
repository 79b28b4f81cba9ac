import HummingbirdTLS
import NIOSSL
import Platform

/// What a console's connections are encrypted with.
struct ServerTLS: Sendable {
    let configuration: TLSConfiguration
    /// The certificate's SHA-256 as browsers show it: `AB:CD:...`.
    let fingerprint: String

    /// Reads, or makes, what a configuration names; nil if connections are not encrypted.
    ///
    /// - Parameter names: host names and addresses for a certificate that has to be made.
    /// - Throws: `ConsoleError` naming the file that is missing or wrong.
    static func load(
        _ mode: ConsoleConfiguration.TLSMode, folder: String, names: [String], now: WallTime
    ) throws(ConsoleError) -> ServerTLS? {
        switch mode {
        case .off: return nil
        case .files(let certificate, let key):
            return try ServerTLS(certificate: certificate, key: key)
        case .selfSigned:
            let (certificate, key) = (folder + "/certificate.pem", folder + "/certificate-key.pem")
            if let tls = try? ServerTLS(certificate: certificate, key: key) { return tls }
            let made = try SelfSignedCertificate.make(
                names: names, now: Int(now.nanoseconds / 1_000_000_000))
            do throws(SystemError) {
                try StateFile.replace(key, with: made.key)
                try StateFile.replace(certificate, with: made.certificate)
            } catch {
                throw ConsoleError("The console's certificate cannot be saved: \(error)")
            }
            return try ServerTLS(certificate: certificate, key: key)
        }
    }

    private init(certificate: String, key: String) throws(ConsoleError) {
        let chain: [NIOSSLCertificate]
        let privateKey: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(WholeFile.read(certificate))
        } catch {
            throw ConsoleError("TLS_CERTIFICATE: \(certificate) is no certificate in PEM: \(error)")
        }
        do {
            privateKey = try NIOSSLPrivateKey(bytes: StateFile.readKey(key), format: .pem)
        } catch let error as ConsoleError {
            throw ConsoleError("TLS_KEY: \(error)")
        } catch {
            throw ConsoleError("TLS_KEY: \(key) is no key in PEM: \(error)")
        }
        guard let first = chain.first, let bytes = try? first.toDERBytes() else {
            throw ConsoleError("TLS_CERTIFICATE: \(certificate) has no certificate in it.")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        self.configuration = configuration
        fingerprint = Self.pairs(Secret.digest(bytes).uppercased())
    }

    private static func pairs(_ text: String) -> String {
        let digits = Array(text)
        return stride(from: 0, to: digits.count, by: 2)
            .map { String(digits[$0..<min($0 + 2, digits.count)]) }.joined(separator: ":")
    }
}
