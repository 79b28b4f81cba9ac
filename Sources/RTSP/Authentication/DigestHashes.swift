/// The two hash functions of Digest authentication, from whoever has them.
public struct DigestHashes: Sendable {
    /// MD5 (RFC 1321): any number of bytes in, 16 out.
    public let md5: @Sendable ([UInt8]) -> [UInt8]
    /// SHA-256 (FIPS 180-4): any number of bytes in, 32 out.
    public let sha256: @Sendable ([UInt8]) -> [UInt8]

    /// Takes the two functions.
    public init(
        md5: @escaping @Sendable ([UInt8]) -> [UInt8],
        sha256: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.md5 = md5
        self.sha256 = sha256
    }
}
