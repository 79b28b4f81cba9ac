/// One metric: its name, its kind and what it means; the only list of them.
///
/// Names are those that Prometheus' guides want: the program's prefix, base units, `_total`.
struct Metric: Sendable {
    /// What the number does.
    enum Kind: String, Sendable {
        case gauge
        case counter
        case histogram
    }

    /// The name in the text.
    let name: String
    let kind: Kind
    /// What it means, in a sentence.
    let help: String

    private init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    static let buildInfo = Self(
        "cctv_build_info", .gauge, "Always 1; the label tells the version.")
    static let recording = Self(
        "cctv_recording", .gauge, "Whether recording is switched on.")
    static let problems = Self(
        "cctv_problems", .gauge, "Things that a person should mend.")
    static let clockTrusted = Self(
        "cctv_clock_trusted", .gauge, "Whether the machine's clock can be right.")

    static let cameraEnabled = Self(
        "cctv_camera_enabled", .gauge, "Whether the camera is to be recorded.")
    static let cameraUp = Self(
        "cctv_camera_up", .gauge, "Whether a session with the camera plays.")
    static let cameraRecording = Self(
        "cctv_camera_recording", .gauge, "Whether the camera's video goes into clips.")
    static let cameraLastPacket = Self(
        "cctv_camera_last_packet_timestamp_seconds", .gauge,
        "When the last video frame arrived, in seconds since 1970.")
    static let cameraReceivedBytes = Self(
        "cctv_camera_received_bytes_total", .counter,
        "Bytes of samples that went from the camera into clips.")
    static let cameraFrames = Self(
        "cctv_camera_frames_total", .counter, "Video frames that went into clips.")
    static let cameraPackets = Self(
        "cctv_camera_packets_total", .counter, "RTP packets received from the camera.")
    static let cameraLostPackets = Self(
        "cctv_camera_lost_packets_total", .counter, "RTP packets of the camera that got lost.")
    static let cameraDroppedFrames = Self(
        "cctv_camera_dropped_frames_total", .counter,
        "Video frames that the disk was too slow for.")
    static let cameraTimeRepairs = Self(
        "cctv_camera_time_repairs_total", .counter, "Time stamps of the camera that were repaired.")
    static let cameraReconnects = Self(
        "cctv_camera_reconnects_total", .counter, "Sessions with the camera after its first.")
    static let cameraGapSeconds = Self(
        "cctv_camera_gap_seconds_total", .counter,
        "Seconds in which the enabled camera was not recorded, by cause.")

    static let clipsFinished = Self(
        "cctv_clips_finished_total", .counter, "Clips that became final.")
    static let queuedBytes = Self(
        "cctv_recording_queued_bytes", .gauge, "Bytes that wait for the disk.")
    static let writtenBytes = Self(
        "cctv_recording_written_bytes_total", .counter, "Bytes written to the recordings' disk.")
    static let writeErrors = Self(
        "cctv_recording_write_errors_total", .counter,
        "Writes and flushes of recordings that failed.")
    static let writeDuration = Self(
        "cctv_recording_write_duration_seconds", .histogram,
        "How long writes and flushes of recordings took.")

    static let storageUp = Self(
        "cctv_storage_up", .gauge, "Whether the disk takes clips.")
    static let storageUsed = Self(
        "cctv_storage_used_bytes", .gauge, "Bytes that the recordings take.")
    static let storageLimit = Self(
        "cctv_storage_limit_bytes", .gauge, "Bytes that the recordings may take.")
    static let storageFree = Self(
        "cctv_storage_free_bytes", .gauge, "Bytes that are free on the disk.")
    static let storageSize = Self(
        "cctv_storage_size_bytes", .gauge, "Bytes of the disk.")
    static let storageOldest = Self(
        "cctv_storage_oldest_timestamp_seconds", .gauge,
        "When the oldest clip began, in seconds since 1970.")
    static let storageDeleted = Self(
        "cctv_storage_deleted_clips_total", .counter, "Clips deleted to keep a limit.")

    static let liveViewers = Self(
        "cctv_live_viewers", .gauge, "Who watches live pictures.")
    static let liveDropped = Self(
        "cctv_live_dropped_fragments_total", .counter,
        "Fragments of live pictures that viewers were too slow for.")

    static let processCPU = Self(
        "process_cpu_seconds_total", .counter, "Processor time of the process.")
    static let processResident = Self(
        "process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM.")
    static let processVirtual = Self(
        "process_virtual_memory_bytes", .gauge, "Addresses that the process has taken.")
    static let processDescriptors = Self(
        "process_open_fds", .gauge, "Descriptors that the process has open.")
    static let processDescriptorLimit = Self(
        "process_max_fds", .gauge, "Descriptors that the process may have open.")
    static let processThreads = Self(
        "process_threads", .gauge, "Threads of the process.")
    static let processStart = Self(
        "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.")

    /// Every metric, in the order of the text and of the reference.
    static let all: [Metric] = [
        buildInfo, recording, problems, clockTrusted, cameraEnabled, cameraUp, cameraRecording,
        cameraLastPacket, cameraReceivedBytes, cameraFrames, cameraPackets, cameraLostPackets,
        cameraDroppedFrames, cameraTimeRepairs, cameraReconnects, cameraGapSeconds, clipsFinished,
        queuedBytes, writtenBytes, writeErrors, writeDuration, storageUp, storageUsed,
        storageLimit, storageFree, storageSize, storageOldest, storageDeleted, liveViewers,
        liveDropped, processCPU, processResident, processVirtual, processDescriptors,
        processDescriptorLimit, processThreads, processStart,
    ]
}
