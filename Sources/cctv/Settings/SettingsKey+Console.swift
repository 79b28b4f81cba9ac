/// The settings of the console's connections: encryption, proxies and names.
extension SettingsKey {
    static let tls = Self(
        "TLS", .choice(["off", "self-signed", "files"]), .program, default: "off",
        "Encryption of the web console: none, with a certificate of its own, or with TLS_CERTIFICATE."
    )
    static let tlsCertificate = Self(
        "TLS_CERTIFICATE", .path, .program,
        "The console's certificate chain in PEM, for TLS files.")
    static let tlsKey = Self(
        "TLS_KEY", .path, .program, "The key of TLS_CERTIFICATE in PEM.")
    static let hsts = Self(
        "HSTS", .boolean, .program, default: "false",
        "Whether browsers never again come unencrypted to any port of this name; for TLS files.")
    static let trustedProxies = Self(
        "TRUSTED_PROXIES", .text, .program,
        "Reverse proxies whose X-Forwarded headers are believed: addresses or ranges such as "
            + "10.0.0.0/8, with commas between them.")
    static let hostNames = Self(
        "HOST_NAMES", .text, .program,
        "Names under which the console answers besides this machine's own, with commas between them."
    )

    /// Every setting of the console's connections.
    static let connections: [SettingsKey] = [
        tls, tlsCertificate, tlsKey, hsts, trustedProxies, hostNames,
    ]
}
