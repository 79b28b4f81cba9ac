internal import CFFmpeg
public import RTSP

extension DigestHashes {
    /// The hash functions of Digest authentication (RFC 7616 3.2), from libavutil.
    public static let libavutil = DigestHashes(
        md5: { bytes in
            var digest = [UInt8](repeating: 0, count: 16)
            av_md5_sum(&digest, bytes, bytes.count)
            return digest
        },
        sha256: { bytes in
            var digest = [UInt8](repeating: 0, count: 32)
            guard let context = av_sha_alloc() else { return digest }
            defer { av_free(UnsafeMutableRawPointer(context)) }
            av_sha_init(context, 256)
            av_sha_update(context, bytes, bytes.count)
            av_sha_final(context, &digest)
            return digest
        })
}
