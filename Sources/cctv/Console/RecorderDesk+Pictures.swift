import AVRemux
import Archive
import Console
import FoundationEssentials
import Platform

// Still pictures: of a camera now, of the recordings, of a camera that is looked at.
extension RecorderDesk {
    func picture(
        of camera: String, at time: Timestamp?, width: Int?
    ) async throws(RecorderFailure) -> [UInt8] {
        if time == nil, let key = board.facts.recorders[camera]?.keyFrame {
            return try await Self.jpeg(of: key, width: width, by: pictures.present, camera)
        }
        let instant = time?.wall ?? parts.clocks.wall
        let found = try await keyFrame(of: camera, at: instant)
        guard let found,
            let key = KeyFrame(
                identity: found.identity, sampleEntry: found.sampleEntry, setup: found.setup,
                bytes: found.bytes, wall: found.wall)
        else {
            guard isConfigured(camera) else { throw .noCamera(camera) }
            throw RecorderFailure(
                .notFound, code: "picture.none",
                time == nil
                    ? "There is no picture of \(camera) yet."
                    : "Nothing was recorded of \(camera) at that time or before.")
        }
        return try await Self.jpeg(of: key, width: width, by: pictures.past, camera)
    }

    /// A small JPEG in base 64 of the first key frame that a look at a camera brought.
    func picture(of report: ProbeReport) async -> String? {
        guard let key = report.keyFrame else { return nil }
        let jpeg = try? await pictures.present.jpeg(width: 640) { key }
        return jpeg.map { Data($0).base64EncodedString() }
    }

    /// The key frame of the recordings at or before an instant.
    private func keyFrame(
        of camera: String, at instant: WallTime
    ) async throws(RecorderFailure) -> ClipKeyFrame? {
        var query = ClipPageQuery()
        query.cameras = [camera]
        query.to = instant + .nanoseconds(1)
        query.limit = 1
        let wanted = query
        return try await reading.ask { reading throws(RecorderFailure) in
            let clips = try reading.ask { volume throws(IndexFault) in
                try volume.page(wanted).clips
            }
            guard let clip = clips.first else { return nil }
            let file = try reading.ask { volume throws(IndexFault) in try volume.open(clip) }
            return try reading.read { _ throws(SystemError) in
                try ClipKeyFrame.read(file, path: clip.path, at: instant)
            }
        }
    }

    private static func jpeg(
        of key: KeyFrame, width: Int?, by maker: StillMaker, _ camera: String
    ) async throws(RecorderFailure) -> [UInt8] {
        do throws(StillMaker.Failure) {
            return try await maker.jpeg(width: width) { key }
        } catch {
            switch error {
            case .busy:
                throw RecorderFailure(
                    .unavailable, code: "picture.busy",
                    "Too many pictures are asked for at once; ask again in a moment.")
            case .stopped: throw .ending
            case .missing(let reason), .undecodable(let reason):
                throw RecorderFailure(
                    .failed, code: "picture.undecodable",
                    "The picture of \(camera) cannot be decoded: \(reason)")
            }
        }
    }
}
