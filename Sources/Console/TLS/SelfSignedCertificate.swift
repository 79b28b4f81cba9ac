import CGnuTLS

/// A certificate that a console makes for itself (RFC 5280): ECDSA over P-256, for ten years.
enum SelfSignedCertificate {
    private static let lifetime = 3650 * 86_400

    /// Makes a key and its certificate, both in PEM.
    ///
    /// - Parameters:
    ///   - names: host names and addresses under which browsers come.
    ///   - now: seconds since 1970, from which on it holds, less a day for clocks that are behind.
    /// - Throws: `ConsoleError` with gnutls's words.
    static func make(
        names: [String], now: Int
    ) throws(ConsoleError) -> (certificate: [UInt8], key: [UInt8]) {
        var key: gnutls_x509_privkey_t?
        try check(gnutls_x509_privkey_init(&key))
        defer { gnutls_x509_privkey_deinit(key) }
        try check(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, cgnutls_bits_of_p256(), 0))
        var certificate: gnutls_x509_crt_t?
        try check(gnutls_x509_crt_init(&certificate))
        defer { gnutls_x509_crt_deinit(certificate) }
        try describe(certificate, names: names, now: now)
        try check(gnutls_x509_crt_set_key(certificate, key))
        try check(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0))
        return (
            try text { gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, $0) },
            try text { gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, $0) }
        )
    }

    private static func describe(
        _ certificate: gnutls_x509_crt_t?, names: [String], now: Int
    ) throws(ConsoleError) {
        try check(gnutls_x509_crt_set_version(certificate, 3))
        var generator = SystemRandomNumberGenerator()
        // Positive and at most 20 bytes (RFC 5280, 4.1.2.2).
        let serial =
            [UInt8(1)] + (0..<15).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try check(gnutls_x509_crt_set_serial(certificate, serial, serial.count))
        try check(gnutls_x509_crt_set_activation_time(certificate, now - 86_400))
        try check(gnutls_x509_crt_set_expiration_time(certificate, now + lifetime))
        let common = Array("cctv".utf8)
        try check(
            gnutls_x509_crt_set_dn_by_oid(
                certificate, GNUTLS_OID_X520_COMMON_NAME, 0, common, UInt32(common.count)))
        for name in names {
            let address = AddressRange.bytes(of: name)
            let bytes = address ?? Array(name.utf8)
            try check(
                gnutls_x509_crt_set_subject_alt_name(
                    certificate, address == nil ? GNUTLS_SAN_DNSNAME : GNUTLS_SAN_IPADDRESS, bytes,
                    UInt32(bytes.count), UInt32(GNUTLS_FSAN_APPEND)))
        }
        try check(gnutls_x509_crt_set_ca_status(certificate, 0))
        try check(
            gnutls_x509_crt_set_key_usage(certificate, UInt32(GNUTLS_KEY_DIGITAL_SIGNATURE)))
        try check(
            gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0))
    }

    private static func text(
        _ export: (UnsafeMutablePointer<gnutls_datum_t>) -> Int32
    ) throws(ConsoleError) -> [UInt8] {
        var datum = gnutls_datum_t()
        try check(export(&datum))
        defer { cgnutls_free(datum.data) }
        return Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
    }

    private static func check(_ status: Int32) throws(ConsoleError) {
        guard status < 0 else { return }
        let reason = gnutls_strerror(status).map { String(cString: $0) } ?? "error \(status)"
        throw ConsoleError("The console's certificate cannot be made: \(reason)")
    }
}
