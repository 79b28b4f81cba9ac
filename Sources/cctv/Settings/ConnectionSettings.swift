import Console

/// How browsers reach the console, as the settings say it.
struct ConnectionSettings: Equatable, Sendable {
    var tls: ConsoleConfiguration.TLSMode
    /// Whether browsers are told never to come unencrypted again.
    var isStrict: Bool
    var trustedProxies: [AddressRange]
    var hostNames: [String]

    /// - Throws: `SettingsError` naming the key that is missing or wrong.
    init(_ values: SettingValues) throws(SettingsError) {
        switch try values.text(.tls) {
        case "self-signed": tls = .selfSigned
        case "files":
            guard let certificate = try values.textIfSet(.tlsCertificate),
                let key = try values.textIfSet(.tlsKey)
            else { throw SettingsError("TLS is files: set TLS_CERTIFICATE and TLS_KEY too") }
            tls = .files(certificate: certificate, key: key)
        default: tls = .off
        }
        isStrict = try values.boolean(.hsts)
        if isStrict, !tls.isFiles {
            throw SettingsError(
                "HSTS needs TLS files: browsers that do not know the certificate would let nobody "
                    + "in any more")
        }
        trustedProxies = []
        for text in Self.list(try values.textIfSet(.trustedProxies)) {
            guard let range = AddressRange(text) else {
                throw SettingsError(
                    "TRUSTED_PROXIES: '\(text)' is neither an address nor a range like 10.0.0.0/8")
            }
            trustedProxies.append(range)
        }
        hostNames = Self.list(try values.textIfSet(.hostNames))
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    }
}

extension ConsoleConfiguration.TLSMode {
    /// Whether somebody else made the certificate.
    fileprivate var isFiles: Bool { if case .files = self { true } else { false } }
}
