import Glibc
import Synchronization
import TestSupport

@testable import Archive

/// What the disk and the network are up to, by chance, for some time.
struct SimulatedWeather {
    /// A disk's mood.
    enum Disk: CaseIterable {
        case good, failing, readOnly, full, unmounted
    }

    private(set) var disk = Disk.good
    /// Whether the disk has failed at all since `clear()`.
    private(set) var hasDiskFailed = false
    private var diskUntil = 0
    /// Steps for which each camera is in trouble.
    private var outages: [Int: (until: Int, trouble: SimulatedTrouble)] = [:]
    /// By how much the wall clock is wrong, and until when nobody vouches for it.
    private var clockError: (until: Int, error: Duration)?

    /// What happens in one step: at most one thing to the machine.
    enum Event {
        case nothing
        case disk(Disk)
        case kill
        case powerCut
        /// A step of the wall clock, and whether somebody vouches for it from then on.
        case clockStep(Duration, isTrusted: Bool)
        case stopAndStart
    }

    mutating func next(step: Int, using random: inout SeededGenerator) -> Event {
        if disk != .good, step >= diskUntil {
            disk = .good
            return .disk(.good)
        }
        if let wrong = clockError, step >= wrong.until {
            clockError = nil
            return .clockStep(.zero - wrong.error, isTrusted: true)
        }
        switch Int.random(in: 0..<3000, using: &random) {
        case 0..<6: return .kill
        case 6..<12: return .powerCut
        case 12..<14:
            let step = Duration.seconds(Double.random(in: -7200...7200, using: &random))
            return .clockStep(step, isTrusted: clockError == nil)
        case 24 where clockError == nil:
            // Ten years ahead or behind, until a better clock sets it.
            let years = Double.random(in: -10...10, using: &random)
            let error = Duration.seconds(years * 365.25 * 86_400)
            clockError = (step + Int.random(in: 1...300, using: &random), error)
            return .clockStep(error, isTrusted: false)
        case 14..<16: return .stopAndStart
        case 16..<24 where disk == .good:
            disk = Disk.allCases.dropFirst().randomElement(using: &random) ?? .failing
            diskUntil = step + Int.random(in: 1...30, using: &random)
            hasDiskFailed = true
            return .disk(disk)
        default: return .nothing
        }
    }

    /// The disk is another machine's concern from now on: a start finds it good.
    mutating func clear() {
        disk = .good
        hasDiskFailed = false
    }

    /// What is wrong with a camera or the way to it now; nil if all is well.
    mutating func trouble(
        of camera: Int, step: Int, using random: inout SeededGenerator
    ) -> SimulatedTrouble? {
        if let outage = outages[camera] {
            if step < outage.until { return outage.trouble }
            outages[camera] = nil
        }
        guard Int.random(in: 0..<200, using: &random) == 0,
            let trouble = SimulatedTrouble.allCases.randomElement(using: &random)
        else { return nil }
        outages[camera] = (step + Int.random(in: 0...40, using: &random), trouble)
        return trouble
    }

    /// The fault of a call, while the disk is bad.
    static func fault(
        _ mood: Disk, _ call: SimulatedDisk.Call, using random: inout SeededGenerator
    ) -> SimulatedDisk.Fault? {
        let changes = ["pwrite", "fdatasync", "fsync", "mkdirat", "fallocate", "ftruncate"]
        switch mood {
        case .good, .full, .unmounted: return nil
        case .readOnly:
            let refused = changes + ["unlinkat", "renameat", "renameat2"]
            return refused.contains(call.name) ? .error(EROFS) : nil
        case .failing:
            guard changes.contains(call.name), Int.random(in: 0..<4, using: &random) == 0 else {
                return nil
            }
            return Bool.random(using: &random) ? .error(EIO) : .torn(EIO)
        }
    }
}
