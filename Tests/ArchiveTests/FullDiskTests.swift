import CLinux
import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// A real file system of 4 MB that runs full; needs the right to mount one.
@Suite(
    .serialized, .ownThread, .timeLimit(.minutes(1)),
    .enabled(if: Tmpfs.isPermitted, "mounting a tmpfs needs CAP_SYS_ADMIN"))
struct FullDiskTests {
    @Test func `three cameras go on recording on a disk that is full all the time`() throws {
        let tmpfs = try Tmpfs(megabytes: 4)
        let opened = Mutex<[String]>([])
        let final = Mutex<[String]>([])
        let troubles = Mutex(0)
        let writer = try ArchiveWriter(
            volume: .mounted(try Volume.open(tmpfs.path)),
            settings: ArchiveSettings(limits: .none, reserveStep: 1 << 16)
        ) { event in
            switch event {
            case .clipOpened(let facts): opened.withLock { $0.append(facts.path) }
            case .clipFinalized(let facts, _): final.withLock { $0.append(facts.path) }
            case .volumeDown: troubles.withLock { $0 += 1 }
            default: break
            }
        }
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 8
        recipe.largestSample = 5000
        let fragments = try TestClip(seed: 2, recipe).fragments
        let clocks = SystemClocks()
        for round in 1...40 {
            for camera in ["barn", "entrance", "yard"] {
                let handle = writer.begin(
                    NewClip(
                        camera: camera, start: clocks.wall, startMonotonic: clocks.monotonic,
                        muxerBytes: try Fixture.bytes("boxes/h264-aac.init")))
                for fragment in fragments { #expect(writer.append(fragment, to: handle)) }
                let ending = ClipEnding(
                    reason: .rotated, end: clocks.wall, endMonotonic: clocks.monotonic)
                writer.end(handle, ending)
            }
            // What is not final yet cannot make room.
            #expect(eventually { final.withLock { $0.count } == round * 3 })
        }
        writer.stop()
        #expect(opened.withLock { $0.count } == 120)
        #expect(final.withLock { $0.count } == 120)
        #expect(troubles.withLock { $0 } == 0)
        let left = final.withLock { $0 }.filter { access("\(tmpfs.path)/\($0)", F_OK) == 0 }
        #expect(left.count > 3 && left.count < 120)
        for path in left {
            #expect(try ClipFile("\(tmpfs.path)/\(path)").verify().findings == [])
        }
    }
}

/// A small file system in memory, unmounted when it goes.
private final class Tmpfs {
    private let directory = TemporaryDirectory()

    var path: String { directory.path }

    static let isPermitted: Bool = (try? Tmpfs(megabytes: 1)) != nil

    init(megabytes: Int) throws(SystemError) {
        guard mount("tmpfs", directory.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw SystemError(call: "mount", subject: directory.path)
        }
    }

    deinit { umount2(directory.path, Int32(MNT_DETACH)) }
}
