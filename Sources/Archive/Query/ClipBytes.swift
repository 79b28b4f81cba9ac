import Glibc
import ISOBMFF
import Platform

/// A clip's open file as the clip format reads it.
final class ClipBytes: RandomAccess {
    let byteCount: UInt64
    private let descriptor: OwnedDescriptor

    init(descriptor: consuming OwnedDescriptor, size: Int64) {
        self.descriptor = descriptor
        byteCount = UInt64(max(size, 0))
    }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadError) -> Int {
        while true {
            let count = pread(
                descriptor.number, buffer.baseAddress, buffer.count, off_t(clamping: offset))
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw ReadError(offset: offset, reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Exactly these bytes; nil if the disk does not give them.
    func bytes(at offset: UInt64, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { whole in
                let rest = UnsafeMutableRawBufferPointer(rebasing: whole[done...])
                return (try? read(at: offset + UInt64(done), into: rest)) ?? 0
            }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }
}

extension ClipReadError {
    /// The nearest number of the system.
    var code: Int32 {
        switch self {
        case .read: EIO
        case .format: EILSEQ
        }
    }
}
