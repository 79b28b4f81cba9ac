import AVRemux
import Glibc
import RTSP
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
    /// Steps for which each camera does not answer.
    private var outages: [Int: (until: Int, end: SessionEnd)] = [:]

    /// What happens in one step: at most one thing to the machine.
    enum Event {
        case nothing
        case disk(Disk)
        case kill
        case powerCut
        case clockStep(Duration)
        case stopAndStart
    }

    mutating func next(step: Int, using random: inout SeededGenerator) -> Event {
        if disk != .good, step >= diskUntil {
            disk = .good
            return .disk(.good)
        }
        switch Int.random(in: 0..<3000, using: &random) {
        case 0..<6: return .kill
        case 6..<12: return .powerCut
        case 12..<14:
            return .clockStep(.seconds(Double.random(in: -7200...7200, using: &random)))
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

    /// Why a camera's session ends or does not begin now; nil if all is well.
    mutating func network(
        of camera: Int, step: Int, using random: inout SeededGenerator
    ) -> SessionEnd? {
        if let outage = outages[camera] {
            if step < outage.until { return outage.end }
            outages[camera] = nil
        }
        guard Int.random(in: 0..<200, using: &random) == 0 else { return nil }
        let ends: [SessionEnd] = [
            .failed(.closed), .failed(.reset), .stalled(.seconds(5)),
            .failed(.unreachable(host: "camera")), .failed(.connectTimedOut(host: "c", port: 554)),
            .failed(.unauthorized(hadCredentials: true)), .failed(.tooManySessions),
            .failed(.notFound), .noKeyFrame(.seconds(300)),
        ]
        let end = ends.randomElement(using: &random) ?? .failed(.closed)
        outages[camera] = (step + Int.random(in: 0...40, using: &random), end)
        return end
    }

    /// The fault of a call, while the disk is bad.
    static func fault(
        _ mood: Disk, _ call: SimulatedDisk.Call, using random: inout SeededGenerator
    ) -> SimulatedDisk.Fault? {
        let changes = ["pwrite", "fdatasync", "fsync", "mkdirat", "fallocate", "ftruncate"]
        switch mood {
        case .good, .full, .unmounted: return nil
        case .readOnly:
            let refused = changes + ["unlinkat", "renameat2"]
            return refused.contains(call.name) ? .error(EROFS) : nil
        case .failing:
            guard changes.contains(call.name), Int.random(in: 0..<4, using: &random) == 0 else {
                return nil
            }
            return Bool.random(using: &random) ? .error(EIO) : .torn(EIO)
        }
    }
}
