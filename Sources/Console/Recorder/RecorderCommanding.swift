/// What the console makes a recorder do.
///
/// Every method may be called from any task; none blocks the calling thread. A method that throws
/// has changed nothing.
public protocol RecorderCommanding: Sendable {
    /// Begins or ends recording: of one camera, or of all when `camera` is nil. Returns when the
    /// clips of cameras that were stopped are final. Cameras that are not enabled are left alone.
    func setRecording(_ isOn: Bool, camera: String?) async throws(RecorderFailure)
    /// Reads the settings file again.
    func reload() async throws(RecorderFailure)

    /// Saves changed settings to the file and takes them over; cameras whose settings are the same
    /// are not disturbed. A key that a flag or the environment fixes is `conflict`.
    func change(_ settings: SettingsChange) async throws(RecorderFailure) -> SettingsDocument
    /// Adds a camera to the settings file and begins to record it.
    func add(_ camera: CameraDraft) async throws(RecorderFailure) -> CameraSettingsRecord
    /// Changes a camera; properties of `change` that are nil stay as they are.
    func change(
        camera name: String, _ change: CameraDraft
    ) async throws(RecorderFailure) -> CameraSettingsRecord
    /// Takes a camera out of the settings; its clips stay.
    func remove(camera name: String) async throws(RecorderFailure)
    /// Looks at a camera as `cctv probe` does, for a few seconds, without recording it.
    func probe(_ request: ProbeRequest) async throws(RecorderFailure) -> ProbeRecord
    /// Looks for cameras on the network for five seconds (ONVIF WS-Discovery).
    func discover() async throws(RecorderFailure) -> [DiscoveredCamera]
    /// Begins to look at cameras as `cctv doctor` does; it ends by itself when nobody asks for it any
    /// more. `conflict` while another look runs.
    func beginCheckup(_ request: CheckupRequest) async throws(RecorderFailure) -> CheckupRecord
    /// Ends the doctor's look that runs, if one does and all its cameras are among those given; nil
    /// are all.
    func endCheckup(among cameras: Set<String>?) async

    /// Keeps the clips of a stretch of time from being deleted.
    func protect(_ draft: ProtectionDraft) async throws(RecorderFailure) -> ProtectionRecord
    /// Lifts a protection.
    func unprotect(_ number: Int64) async throws(RecorderFailure)
    /// Accepts the folder as it is for recordings, in the place of a disk that is not mounted; the
    /// recorder then begins anew. `conflict` while the disk is there.
    func adoptVolume() async throws(RecorderFailure)
    /// Begins exports, one for each camera of the request; they go on when the caller is gone.
    func export(_ request: ExportDraft) async throws(RecorderFailure) -> [ExportRecord]
    /// Ends an export that runs, or deletes the files of a finished one.
    func removeExport(_ id: Int64) async throws(RecorderFailure)

    /// Sends a notice that says nothing but that notices arrive, to everybody who is told, and waits
    /// at most 12 seconds for what becomes of it. `conflict` if nobody is told.
    func sendTestNotice() async throws(RecorderFailure) -> [NoticeResult]
}

extension RecorderCommanding {
    /// A recorder that tells nobody anything.
    public func sendTestNotice() async throws(RecorderFailure) -> [NoticeResult] {
        throw .nobodyTold
    }
}
