import Platform
import TestSupport
import Testing

@testable import Archive
@testable import cctv

/// What the gap ledger hears of clips that are deleted.
struct GapReporterTests {
    private let folder = TemporaryDirectory()

    @Test func `deleted video is told to the nanosecond, and a clip without a picture is none`()
        throws
    {
        let volume = try Volume.open(folder.path)
        let file = LedgerFile(folder: folder.path, volume: volume.identity.uuid)
        let reporter = GapReporter(keeper: try LedgerKeeper(file: file) { _ in })
        reporter.keeper.enable(["barn", "yard"])
        let start = WallTime(nanoseconds: 1_740_301_200_600_000_001)
        let reasons: [(String, DeletionReason)] = [("barn", .folderLimit), ("yard", .empty)]
        for (camera, reason) in reasons {
            reporter.report(
                .clipDeleted(
                    path: "\(camera)/2025-02-23/2025-02-23_10-00-00.mp4", camera: camera,
                    start: start, bytes: 8192, reason: reason))
        }
        reporter.keeper.stop()
        let deleted = try file.read().entries.filter { entry in
            if case .deleted = entry.kind { true } else { false }
        }
        #expect(deleted.map(\.kind) == [.deleted(camera: "barn")])
        #expect(deleted.map(\.at.wall) == [start])
    }
}
