import Glibc
import Platform

/// The number of the machine's present boot, to which monotonic times belong.
enum BootID {
    /// 16 bytes from `/proc/sys/kernel/random/boot_id`; zeros where that is hidden.
    static let current: [UInt8] = {
        let unknown = [UInt8](repeating: 0, count: 16)
        guard let file = try? OwnedDescriptor.open("/proc/sys/kernel/random/boot_id", O_RDONLY)
        else { return unknown }
        let text = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            count = max(0, read(file.number, buffer.baseAddress, buffer.count))
        }
        let digits = text.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 32 else { return unknown }
        return (0..<16).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
    }()
}
