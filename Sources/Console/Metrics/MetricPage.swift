internal import Platform

/// The text of `/metrics`: a snapshot in, text out.
struct MetricPage {
    /// The present state.
    let status: RecorderStatus
    /// The volume; nil if it cannot be asked now.
    let storage: StorageReport?
    /// What has happened since the start.
    let counters: RecorderCounters
    /// What the system says of the process.
    let process: ProcessFacts

    /// Every metric that has a value, with its help and type.
    var text: String {
        var text = MetricText()
        addRecorder(&text)
        addCameras(&text)
        addDisk(&text)
        addProcess(&text)
        return text.text
    }

    private func addRecorder(_ text: inout MetricText) {
        text.add(.buildInfo, [([("version", status.version)], 1)])
        text.add(.recording, status.recording ? 1 : 0)
        text.add(.problems, Double(status.problems.count))
        text.add(.clockTrusted, status.clockTrusted ? 1 : 0)
    }

    private func addCameras(_ text: inout MetricText) {
        add(.cameraEnabled, &text) { $0.state != .disabled && $0.state != .stopped ? 1 : 0 }
        add(.cameraUp, &text) { $0.state == .recording ? 1 : 0 }
        add(.cameraRecording, &text) { $0.state == .recording && $0.clip != nil ? 1 : 0 }
        add(.cameraLastPacket, &text) { $0.lastVideo?.seconds }
        add(.cameraReceivedBytes, &text) { Double($0.bytes) }
        add(.cameraFrames, &text) { Double($0.frames) }
        add(.cameraPackets, &text) { counters.packets[$0.name].map { Double($0) } }
        add(.cameraLostPackets, &text) { Double($0.lostPackets) }
        add(.cameraDroppedFrames, &text) { Double($0.droppedFrames) }
        add(.cameraTimeRepairs, &text) { Double($0.timeRepairs) }
        add(.cameraReconnects, &text) { Double($0.sessions > 0 ? $0.sessions - 1 : 0) }
        text.add(
            .cameraGapSeconds,
            status.cameras.flatMap { camera in
                (counters.gapSeconds[camera.name] ?? [:]).sorted { $0.key < $1.key }.map {
                    ([("camera", camera.name), ("cause", $0.key)], $0.value)
                }
            })
        add(.clipsFinished, &text) { Double(counters.clipsFinished[$0.name] ?? 0) }
    }

    private func addDisk(_ text: inout MetricText) {
        text.add(.queuedBytes, Double(status.queuedBytes))
        text.add(.writtenBytes, Double(counters.writtenBytes))
        text.add(.writeErrors, Double(counters.writeErrors))
        text.add(.writeDuration, counters.writes)
        text.add(.storageUp, status.volume.ok ? 1 : 0)
        text.add(.storageUsed, storage.map { Double($0.usedBytes) })
        text.add(.storageLimit, storage.map { Double($0.limitBytes) })
        text.add(.storageFree, storage.map { Double($0.freeBytes) })
        text.add(.storageSize, storage.map { Double($0.totalBytes) })
        text.add(.storageOldest, storage?.oldest?.seconds)
        text.add(
            .storageDeleted,
            counters.deletedClips.sorted { $0.key < $1.key }.map {
                ([("reason", $0.key)], Double($0.value))
            })
        text.add(.liveViewers, counters.liveViewers.map { Double($0) })
        text.add(.liveDropped, counters.liveDroppedFragments.map { Double($0) })
    }

    private func addProcess(_ text: inout MetricText) {
        text.add(.processCPU, process.cpuSeconds)
        text.add(.processResident, process.residentBytes)
        text.add(.processVirtual, process.virtualBytes)
        text.add(.processDescriptors, process.descriptors)
        text.add(.processDescriptorLimit, process.descriptorLimit)
        text.add(.processThreads, process.threads)
        text.add(.processStart, process.startTime)
    }

    private func add(
        _ metric: Metric, _ text: inout MetricText, _ value: (CameraReport) -> Double?
    ) {
        text.add(
            metric,
            status.cameras.compactMap { camera in
                value(camera).map { (labels: [("camera", camera.name)], value: $0) }
            })
    }
}

extension Timestamp {
    /// Seconds since 1970.
    fileprivate var seconds: Double { Double(wall.nanoseconds / 1_000_000) / 1000 }
}
