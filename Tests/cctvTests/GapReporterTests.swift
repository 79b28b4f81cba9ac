import Platform
import TestSupport
import Testing

@testable import Archive
@testable import cctv

/// What the gap ledger hears of clips.
struct GapReporterTests {
    private let folder = TemporaryDirectory()

    @Test func `a clip that no picture reached was not deleted video`() throws {
        let volume = try Volume.open(folder.path)
        let file = LedgerFile(folder: folder.path, volume: volume.identity.uuid)
        let reporter = GapReporter(keeper: try LedgerKeeper(file: file) { _ in })
        reporter.keeper.enable(["barn", "yard"])
        let reasons: [(String, DeletionReason)] = [("barn", .folderLimit), ("yard", .empty)]
        for (camera, reason) in reasons {
            reporter.report(
                .clipDeleted(
                    path: "\(camera)/2025-02-23/2025-02-23_10-00-00.mp4", camera: camera,
                    bytes: 8192, reason: reason))
        }
        reporter.keeper.stop()
        let deleted = try file.read().entries.map(\.kind).filter { kind in
            if case .deleted = kind { true } else { false }
        }
        #expect(deleted == [.deleted(camera: "barn")])
    }
}
