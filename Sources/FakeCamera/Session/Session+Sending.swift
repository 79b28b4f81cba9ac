internal import AVRemux
internal import CLinux
internal import Glibc
internal import Platform

extension Session {
    /// Sends one frame, with a sender report before it where one is due.
    mutating func send(
        _ frame: PacketizedMedia.Frame, _ clocks: SystemClocks, to output: OutputBuffer,
        log: ServerLog
    ) {
        sendReportIfDue(frame.stream, clocks, to: output)
        if let noise = garbage() { output.send(noise) }
        prepare(frame, clocks)
        guard let track = tracks[frame.stream] else { return }
        if faults.isActive(playback.due), damage.isUsed {
            sendDamaged(frame, track, to: output, log: log)
        } else {
            switch track.transport {
            case .interleaved: output.send(media.bytes(of: frame))
            case .datagrams(let pair):
                let sent = send(frame.packets, pair.rtp.number)
                log.countDropped(frame.packets.count - sent)
            }
        }
        finish(frame)
    }

    /// Sends a frame packet by packet, some of them not, twice, or one later than they should be.
    private mutating func sendDamaged(
        _ frame: PacketizedMedia.Frame, _ track: Track, to output: OutputBuffer, log: ServerLog
    ) {
        for packet in frame.packets {
            let bytes = media.bytes(of: packet)
            let waiting = delayed.removeValue(forKey: frame.stream)
            switch damage.next(isAnyDelayed: waiting != nil) {
            case .none: emit(bytes, track, to: output)
            case .loss: log.countDropped(1)
            case .duplicate:
                emit(bytes, track, to: output)
                emit(bytes, track, to: output)
            case .delay: delayed[frame.stream] = Array(bytes)
            }
            waiting?.withUnsafeBytes { emit($0, track, to: output) }
        }
    }

    private func emit(_ bytes: UnsafeRawBufferPointer, _ track: Track, to output: OutputBuffer) {
        switch track.transport {
        case .interleaved: output.send(bytes)
        case .datagrams(let pair):
            let datagram = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(4))
            _ = Glibc.send(
                pair.rtp.number, datagram.baseAddress, datagram.count, Int32(MSG_DONTWAIT))
        }
    }

    /// Sends what comes first of a frame and returns the rest of it.
    ///
    /// The frame has its number, and counts as sent when the rest is.
    mutating func sendHalf(
        of frame: PacketizedMedia.Frame, _ clocks: SystemClocks, to output: OutputBuffer
    ) -> [UInt8] {
        prepare(frame, clocks)
        guard let track = tracks[frame.stream] else { return [] }
        if track.kind == .video { counter += 1 }
        switch track.transport {
        case .interleaved:
            let bytes = media.bytes(of: frame)
            output.send(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)))
            return Array(bytes.dropFirst(bytes.count / 2))
        case .datagrams(let pair):
            _ = send(frame.packets.prefix(frame.packets.count / 2), pair.rtp.number)
            return []
        }
    }

    /// Writes this session's numbers into a frame's packets.
    private mutating func prepare(_ frame: PacketizedMedia.Frame, _ clocks: SystemClocks) {
        guard var track = tracks[frame.stream] else { return }
        let isActive = faults.isActive(playback.due)
        let rate = Int64(track.clockRate)
        let time = stamps.stamp(
            playback.timestamp + stampShift * rate / 90_000, rate: track.clockRate,
            kind: track.kind, isActive: isActive)
        var channel: UInt8 = 0
        if case .interleaved(let rtp, _) = track.transport { channel = rtp }
        media.patch(
            frame, channel: channel, sequence: track.sequence,
            timestamp: track.timestampBase &+ UInt32(truncatingIfNeeded: time),
            source: track.source)
        if frame.mark != nil {
            let wall = UInt64(max(0, clocks.wall.nanoseconds / 1_000_000))
            media.mark(frame, counter: counter & FrameLedger.maximumCounter, milliseconds: wall)
        }
        let count = frame.packets.count
        track.sequence &+= UInt16(truncatingIfNeeded: count)
        track.packets &+= UInt32(count)
        let bytes = media.media.byteRange(of: frame).count
        track.octets &+= UInt32(truncatingIfNeeded: bytes - 16 * count)
        tracks[frame.stream] = track
    }

    /// Counts a frame whose bytes have been given away.
    private mutating func finish(_ frame: PacketizedMedia.Frame) {
        guard tracks[frame.stream]?.kind == .video else { return }
        counter += 1
        videoFrames += 1
        sent.add(1)
    }

    /// Sends packets as datagrams; returns how many the system took.
    private func send(_ packets: Range<Int>, _ socket: Int32) -> Int {
        let pieces = packets.map { packet in
            let bytes = media.bytes(of: packet)
            return iovec(
                iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress).map { $0 + 4 },
                iov_len: bytes.count - 4)
        }
        return Int(clinux_send_datagrams(socket, pieces, Int32(pieces.count)))
    }

    private mutating func sendReportIfDue(
        _ stream: Int, _ clocks: SystemClocks, to output: OutputBuffer
    ) {
        guard var track = tracks[stream], playback.due >= track.nextReport ?? 0 else { return }
        let isActive = faults.isActive(playback.due)
        guard stamps.reports(kind: track.kind, isActive: isActive) else { return }
        track.nextReport = playback.due + parameters.configuration.senderReportInterval.ticks
        tracks[stream] = track
        let rate = Int64(track.clockRate)
        let position = playback.due + stampShift
        let time = stamps.reportTime(
            position * rate / 90_000, rate: track.clockRate, kind: track.kind, isActive: isActive)
        let shift = stamps.senderReportShift(kind: track.kind, isActive: isActive)
        let report = track.senderReport(wall: wallTime(clocks) + shift, time: time)
        switch track.transport {
        case .interleaved(_, let channel):
            output.send([UInt8(ascii: "$"), channel, 0, UInt8(report.count)] + report)
        case .datagrams(let pair):
            _ = report.withUnsafeBytes {
                Glibc.send(pair.rtcp.number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
        }
    }

    /// The wall clock's time of the next frame, were it sent exactly when it is due.
    ///
    /// Where time passes faster than it should, so does this clock.
    private func wallTime(_ clocks: SystemClocks) -> WallTime {
        let late = clocks.monotonic - dueTime
        let ahead = Duration.ticks(playback.due) - (dueTime - (start ?? dueTime))
        return clocks.wall + (ahead - late)
    }

    /// Bytes that belong to nothing, before one video frame in every N.
    private mutating func garbage() -> [UInt8]? {
        guard let plan = faults.active(playback.due), plan.fault == .garbage,
            videoFrames % plan.every == plan.afterFrames % plan.every
        else { return nil }
        return (0..<61).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
    }
}
