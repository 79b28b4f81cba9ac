import Archive
import Console
import Platform

// What is passed on to the supervisor: recording and settings.
extension RecorderDesk {
    /// How long clips of stopped cameras may take to be made final before the caller is answered.
    private static let finalPatience = Duration.seconds(5)

    func setRecording(_ isOn: Bool, camera: String?) async throws(RecorderFailure) {
        guard
            let failure = await parts.orders.run({ loop in
                loop.setRecording(isOn, camera: camera)
            })
        else { throw .ending }
        if let failure { throw failure }
        guard !isOn else { return }
        let deadline = parts.clocks.monotonic + Self.finalPatience
        while hasOpenClip(of: camera), parts.clocks.monotonic < deadline {
            do { try await Task.sleep(for: .milliseconds(10)) } catch {
                // Whoever asked is gone; the clips are made final all the same.
                return
            }
        }
    }

    private func hasOpenClip(of camera: String?) -> Bool {
        parts.writer.board.openClips.contains { clip in
            camera.map { $0 == GapReporter.name(clip.camera) } ?? true
        }
    }

    func reload() async throws(RecorderFailure) {
        guard let outcome = await parts.orders.run({ loop in loop.reload() }) else {
            throw .ending
        }
        if let error = outcome { throw RecorderFailure(error) }
    }
}

extension RecorderFailure {
    /// Settings that do not hold.
    init(_ error: SettingsError) {
        self.init(.invalid, code: "settings.refused", error.description)
    }
}
