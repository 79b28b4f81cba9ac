import Glibc

/// What the kernel says of this process (proc(5)); each nil where it says nothing.
struct ProcessFacts: Equatable, Sendable {
    var cpuSeconds: Double?
    var residentBytes: Double?
    var virtualBytes: Double?
    var descriptors: Double?
    var descriptorLimit: Double?
    var threads: Double?
    /// Seconds since 1970.
    var startTime: Double?

    /// Nothing is known.
    init() {}

    /// Asks the kernel, which answers from memory.
    static func ofThisProcess() -> ProcessFacts {
        let boot = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { Double($0.dropFirst("btime ".count)) }
        var facts = ProcessFacts(
            stat: text("/proc/self/stat"), bootTime: boot,
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: Double(sysconf(Int32(_SC_PAGESIZE))))
        facts.descriptors = openDescriptors()
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            facts.descriptorLimit = Double(limit.rlim_cur)
        }
        return facts
    }

    /// Reads a line of `/proc/PID/stat`; the name in it may hold blanks and brackets.
    init(stat: String, bootTime: Double?, ticksPerSecond: Double, pageSize: Double) {
        guard let bracket = stat.lastIndex(of: ")") else { return }
        // The first field behind the name is number 3.
        let fields = stat[stat.index(after: bracket)...].split(separator: " ")
        func field(_ number: Int) -> Double? {
            fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
        }
        if let user = field(14), let system = field(15) {
            cpuSeconds = (user + system) / ticksPerSecond
        }
        threads = field(20)
        if let bootTime, let ticks = field(22) { startTime = bootTime + ticks / ticksPerSecond }
        virtualBytes = field(23)
        residentBytes = field(24).map { $0 * pageSize }
    }

    private static func openDescriptors() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0.0
        while readdir(folder) != nil { count += 1 }
        // `.`, `..` and the folder itself.
        return count - 3
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while case let count = read(file, &block, block.count), count > 0 {
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
