import AVRemux
import ISOBMFF
import Platform
import TestSupport

@testable import Archive

// What the cameras do in a step, and what becomes of their pictures.
extension Simulation {
    func live(_ index: Int) {
        let trouble = weather.trouble(of: index, step: steps, using: &random)
        let device = cameras[index].device
        if trouble != nil, device.trouble == nil { counts.cameraTroubles += 1 }
        device.trouble = trouble
        switch cameras[index].phase {
        case .waiting(let until) where clocks.monotonic >= until: connect(index)
        case .waiting: break
        case .playing: takePicture(index)
        }
        for complaint in device.complaints { fail("\(cameras[index].name): \(complaint)") }
    }

    private func connect(_ index: Int) {
        counts.sessions += 1
        let name = cameras[index].name
        tell(.connecting, of: name)
        let failure = cameras[index].connect(now: clocks.monotonic, using: &random)
        let trouble = cameras[index].device.trouble
        guard let (end, time) = failure else {
            if let trouble, trouble != .cleartext {
                fail("\(name): a session in spite of \(trouble)")
            }
            return
        }
        if trouble?.explains(opening: end) != true {
            fail("\(name): \(end), and \(String(describing: trouble)) is wrong")
        }
        tell(.failed(LedgerCause.other, detail: "\(end)"), of: name)
        if let problem = cameras[index].end(end, now: time, using: &random) { fail(problem) }
    }

    func endSession(_ index: Int, _ end: SessionEnd) {
        endClip(index, .cameraClosed, .cameraClosed)
        guard case .playing = cameras[index].phase else { return }
        tell(.failed(.cameraClosed, detail: "\(end)"), of: cameras[index].name)
        if let problem = cameras[index].end(end, now: clocks.monotonic, using: &random) {
            fail(problem)
        }
    }

    private func takePicture(_ index: Int) {
        let name = cameras[index].name
        let received: (number: UInt32, bytes: [UInt8])?
        do throws(SessionEnd) {
            received = try cameras[index].receive(
                index: index, now: clocks.monotonic, using: &random)
        } catch {
            if cameras[index].device.trouble?.explains(playing: error) != true {
                let trouble = cameras[index].device.trouble
                fail("\(name): \(error), and \(String(describing: trouble)) is wrong")
            }
            return endSession(index, error)
        }
        guard let received else { return fail("\(name) has no session") }
        cameras[index].disturbClock(using: &random)
        let (dts, problem) = cameras[index].place(
            at: clocks.monotonic, step: Self.step, using: &random)
        if let problem { return fail(problem) }
        if let clip = clips[index] {
            let hasStepped =
                abs(
                    (clocks.wall - clip.start.wall - (clocks.monotonic - clip.start.monotonic))
                        .nanoseconds)
                > 2_000_000_000
            if hasStepped {
                endClip(index, .timeJump, nil)
            } else if clip.handle.shouldEnd {
                endClip(index, .sizeLimit, nil)
            } else if !clip.handle.isOpen || clocks.wall >= clip.boundary {
                endClip(index, .rotated, nil)
            }
        }
        if clips[index] == nil { beginClip(index, base: dts) }
        append(index, received.number, received.bytes, dts: dts)
    }

    private func beginClip(_ index: Int, base: Int64) {
        let start = Instant(clocks)
        let name = cameras[index].name
        tell(.clipBegun(start: start), of: name)
        let handle = rig.begin(
            as: NewClip(
                camera: name, start: start.wall, startMonotonic: start.monotonic,
                muxerBytes: muxerBytes))
        clips[index] = SimulatedCamera.Clip(
            handle: handle, start: start,
            boundary: rotation.boundary(ofClipStartedAt: start.wall, utcOffset: 0), base: base,
            pictures: PictureBuilder(tracks: tracks), lastEnd: start)
    }

    private func append(_ index: Int, _ number: UInt32, _ bytes: [UInt8], dts: Int64) {
        guard let clip = clips[index], let track = tracks.first(where: \.isPrimary) else { return }
        counts.pictures += 1
        let scale = Int64(track.timescale)
        let fragment = clip.pictures.fragment(
            of: bytes, track: track.id,
            decodeTime: UInt64(max(0, dts - clip.base) * scale / 90_000),
            duration: UInt32(60 * scale), wall: clocks.wall)
        guard let fragment else { return fail("a picture makes no fragment") }
        let isTaken = rig.offer(fragment, to: clip.handle)
        if isTaken {
            records.take(
                number,
                in: SimulatedRecords.Key(
                    camera: cameras[index].name, start: clip.start.wall.nanoseconds))
        }
        let name = cameras[index].name
        if isTaken == clip.isRefusing {
            clips[index]?.isRefusing = !isTaken
            let now = Instant(clocks)
            tell(
                isTaken
                    ? .accepted(from: now) : .refused(from: now, isSlow: clip.handle.isOpen),
                of: name)
        }
        clips[index]?.lastEnd = Instant(clocks) + Self.step
    }
}
