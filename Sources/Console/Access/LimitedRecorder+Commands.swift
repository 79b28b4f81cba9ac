// What somebody with some of the cameras may make the recorder do: the same, with those only.
extension LimitedRecorder: RecorderCommanding {
    /// All are those that there are for the caller, one after the other.
    func setRecording(_ isOn: Bool, camera: String?) async throws(RecorderFailure) {
        try require(camera)
        if let camera { return try await base.setRecording(isOn, camera: camera) }
        for report in await status().cameras where report.state != .disabled {
            try await base.setRecording(isOn, camera: report.name)
        }
    }

    func protect(_ draft: ProtectionDraft) async throws(RecorderFailure) -> ProtectionRecord {
        try requireOne(draft.camera)
        return try await base.protect(draft)
    }

    func unprotect(_ number: Int64) async throws(RecorderFailure) {
        let isOwn = try await base.protections().contains { protection in
            protection.number == number && (protection.camera.map(cameras.contains) ?? false)
        }
        guard isOwn else { throw Self.unknown("protection", number) }
        try await base.unprotect(number)
    }

    func export(_ request: ExportDraft) async throws(RecorderFailure) -> [ExportRecord] {
        try require(request.cameras)
        return try await base.export(request)
    }

    func removeExport(_ id: Int64) async throws(RecorderFailure) {
        try await requireExport(id)
        try await base.removeExport(id)
    }

    func beginCheckup(_ request: CheckupRequest) async throws(RecorderFailure) -> CheckupRecord {
        try requireOne(request.camera)
        return try await base.beginCheckup(request)
    }

    private func requireOne(_ camera: String?) throws(RecorderFailure) {
        guard let camera else {
            throw RecorderFailure(
                .invalid, code: "camera.needed",
                "Name the camera: your account is limited to some.", field: "camera")
        }
        try require(camera)
    }

    /// A look at somebody else's camera goes on.
    func endCheckup(among _: Set<String>?) async { await base.endCheckup(among: cameras) }

    // An administrator sees every camera, so nobody comes here.
    func reload() async throws(RecorderFailure) { throw Self.whole }
    func change(_ settings: SettingsChange) async throws(RecorderFailure) -> SettingsDocument {
        throw Self.whole
    }
    func add(_ camera: CameraDraft) async throws(RecorderFailure) -> CameraSettingsRecord {
        throw Self.whole
    }
    func change(
        camera name: String, _ change: CameraDraft
    ) async throws(RecorderFailure) -> CameraSettingsRecord { throw Self.whole }
    func remove(camera name: String) async throws(RecorderFailure) { throw Self.whole }
    func probe(_ request: ProbeRequest) async throws(RecorderFailure) -> ProbeRecord {
        throw Self.whole
    }
    func discover() async throws(RecorderFailure) -> [DiscoveredCamera] { throw Self.whole }
    func adoptVolume() async throws(RecorderFailure) { throw Self.whole }
    func sendTestNotice() async throws(RecorderFailure) -> [NoticeResult] { throw Self.whole }
}
