import AVRemux
import Console

// Settings: what they are, and changes that are saved and taken over at once.
extension RecorderDesk {
    func settings() async throws(RecorderFailure) -> SettingsDocument {
        let view = SettingsView(loader: parts.loader, inForce: board.facts.settings)
        return try await chores.ask { _ in view.document }
    }

    func change(_ settings: SettingsChange) async throws(RecorderFailure) -> SettingsDocument {
        try await save { editor throws(RecorderFailure) in try editor.change(settings.values) }
        return try await self.settings()
    }

    func add(_ camera: CameraDraft) async throws(RecorderFailure) -> CameraSettingsRecord {
        try await save { editor throws(RecorderFailure) in
            try CameraEditor(editor: editor).add(camera)
        }
        return try await record(of: camera.name ?? "")
    }

    func change(
        camera name: String, _ change: CameraDraft
    ) async throws(RecorderFailure) -> CameraSettingsRecord {
        try await save { editor throws(RecorderFailure) in
            try CameraEditor(editor: editor).change(name, change)
        }
        return try await record(of: change.name ?? name)
    }

    func remove(camera name: String) async throws(RecorderFailure) {
        try await save { editor throws(RecorderFailure) in
            try CameraEditor(editor: editor).remove(name)
        }
    }

    /// Saves on the thread for it, one change after the other, and takes the result over.
    private func save(
        _ body: @escaping @Sendable (SettingsEditor) throws(RecorderFailure) -> Void
    ) async throws(RecorderFailure) {
        let editor = SettingsEditor(loader: parts.loader)
        try await chores.ask { _ throws(RecorderFailure) in try body(editor) }
        try await reload()
    }

    private func record(of name: String) async throws(RecorderFailure) -> CameraSettingsRecord {
        guard let record = try await settings().cameras.first(where: { $0.name == name }) else {
            throw .noCamera(name)
        }
        return record
    }
}
