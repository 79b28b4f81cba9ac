import Glibc
import ISOBMFF
import Platform

// A clip's life: its file is made, takes fragments, and goes to the sync thread to be made final.
extension ClipEngine {
    /// A clip's `mdat` has a size of 32 bits in the end (`Finalization`); this leaves room for more
    /// than any `moov`.
    static let maximumClipBytes: Int64 = (4 << 30) - (64 << 20)

    func begin(_ handle: ClipHandle, _ clip: NewClip) {
        guard let volume = room?.volume, trouble == nil || trouble == .full else {
            return handle.close()
        }
        do throws(ClipFault) {
            let opened = try open(handle, clip, on: volume)
            clips[handle.id] = opened
            sync(.watch(opened.target))
            comeBack()
            board.show(opened.facts)
            tell(.clipOpened(opened.facts))
        } catch {
            handle.close()
            refused(handle.camera, error)
        }
    }

    func append(_ fragment: Fragment, to handle: ClipHandle) {
        guard clips[handle.id] != nil else { return }
        do throws(ClipFault) { try write(fragment, to: handle.id) } catch {
            fail(handle.id, error)
        }
    }

    func finish(_ id: UInt64, _ ending: ClipEnding) {
        guard let clip = clips.removeValue(forKey: id) else { return }
        clip.handle.close()
        guard clip.tables.isEmpty else {
            finishing += 1
            return sync(.finalize(clip, ending))
        }
        board.drop(clip.facts)
        sync(.drop(clip.target))
        discard(clip.facts.path, on: clip.target.volume)
        tell(
            .clipDeleted(
                path: clip.facts.path, camera: clip.facts.camera, start: clip.facts.start,
                bytes: clip.facts.bytes, reason: .empty))
    }

    /// Whether the room that a message needs is there or can be made.
    func hasRoom(for message: WriterMessage) -> Bool {
        guard let room else { return true }
        switch message {
        case .begin(let handle, let clip):
            return room.canMake(firstRoom(Int64(clip.muxerBytes.count)), of: handle.camera)
        case .append(let handle, let fragment):
            guard let clip = clips[handle.id], clip.needs(fragment) > clip.reserved else {
                return true
            }
            return room.canMake(roundedUp(clip.needs(fragment)) - clip.reserved, of: handle.camera)
        default: return true
        }
    }

    /// Bytes that a new clip takes ahead, for a muxer's part of its init segment.
    private func firstRoom(_ initBytes: Int64) -> Int64 { roundedUp(initBytes + 8192) }

    private func open(
        _ handle: ClipHandle, _ clip: NewClip, on volume: Volume
    ) throws(ClipFault) -> OpenClip {
        let isCertain = clockTrust.trusts(clip.start, at: clip.startMonotonic)
        let header = ClipHeader(
            cameraName: clip.camera ?? "", startUTC: clip.start.nanoseconds,
            startMonotonic: clip.startMonotonic.nanoseconds, bootID: BootID.current,
            sequence: nextSequence, isClockUncertain: !isCertain)
        let segment = try initSegment(clip.muxerBytes, header)
        let room = firstRoom(Int64(clip.muxerBytes.count))
        try makeRoom(room, of: clip.camera)
        do throws(SystemError) {
            let (file, path) = try retryingWhenFull(room) { () throws(SystemError) in
                try create(clip, on: volume)
            }
            do throws(SystemError) {
                try retryingWhenFull(room) { () throws(SystemError) in
                    try reserve(file, at: 0, count: room, on: volume.disk)
                    try volume.disk.writeAll(file, segment.bytes, at: 0)
                }
            } catch {
                discard(path, on: volume)
                throw error
            }
            nextSequence += 1
            if isCertain { clockTrust.learn(clipStart: clip.start) }
            let target = SyncTarget(id: handle.id, file: file, volume: volume)
            target.end = Int64(segment.bytes.count)
            self.room?.open.set(path, of: clip.camera, to: room)
            scanning?.created.insert(path)
            return OpenClip(
                handle: handle, target: target, initSegment: segment,
                facts: ClipFacts(
                    sequence: header.sequence, camera: clip.camera, path: path, start: clip.start,
                    clockUncertain: !isCertain, bytes: target.end),
                tables: SampleTables(tracks: segment.tracks), reserved: room)
        } catch { throw .system(error) }
    }

    private func initSegment(
        _ muxerBytes: [UInt8], _ header: ClipHeader
    ) throws(ClipFault) -> InitSegment {
        do throws(FormatError) {
            return try InitSegment(muxerBytes: muxerBytes, header: header)
        } catch { throw .format(error) }
    }

    /// Makes the file under the first name that is free.
    private func create(
        _ clip: NewClip, on volume: Volume
    ) throws(SystemError) -> (DiskFile, String) {
        let name = ClipName(camera: clip.camera, start: clip.start)
        for folder in [clip.camera, name.folder].compactMap(\.self) {
            do throws(SystemError) {
                try volume.disk.mkdirat(volume.root, folder)
                room?.folders.insert(folder)
            } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
        for attempt in 1...1000 {
            let path = name.path(attempt: attempt)
            do throws(SystemError) {
                let flags = O_RDWR | O_CREAT | O_EXCL
                let file = try volume.disk.openat(volume.root, path, flags, 0o644)
                // Tells whoever would recover it by hand that it is being written.
                _ = try volume.disk.flock(file)
                return (file, path)
            } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
        throw SystemError(call: "openat", subject: name.path(attempt: 1), code: EEXIST)
    }

    private func write(_ fragment: Fragment, to id: UInt64) throws(ClipFault) {
        guard let target = clips[id]?.target, let needed = clips[id]?.needs(fragment),
            let reserved = clips[id]?.reserved
        else { return }
        let disk = target.volume.disk
        let (start, count) = (target.end, Int64(fragment.byteCount))
        guard needed <= Self.maximumClipBytes else {
            return finish(id, lastEnding(of: id, .sizeLimit))
        }
        if needed > reserved { try grow(id, target, from: reserved, to: roundedUp(needed)) }
        askToEndIfCrowded(id, needed)
        do throws(SystemError) {
            try retryingWhenFull(count) { () throws(SystemError) in
                try fragment.withBytes { bytes throws(SystemError) in
                    try disk.writeAll(target.file, bytes, at: start)
                }
            }
        } catch { throw .system(error) }
        do throws(FormatError) {
            try clips[id]?.tables.append(fragment, at: UInt64(start))
        } catch { throw .format(error) }
        target.end = start + count
        clips[id]?.facts.bytes = start + count
        clips[id]?.updateDuration()
        if let facts = clips[id]?.facts { board.show(facts) }
    }

    private func grow(
        _ id: UInt64, _ target: SyncTarget, from old: Int64, to new: Int64
    ) throws(ClipFault) {
        let camera = clips[id]?.facts.camera
        try makeRoom(new - old, of: camera)
        // Counted before it is taken: a failure below may leave part of it taken.
        clips[id]?.reserved = new
        room?.open.set(target.file.path, of: camera, to: new)
        do throws(SystemError) {
            try retryingWhenFull(new - old) { () throws(SystemError) in
                try reserve(target.file, at: old, count: new - old, on: target.volume.disk)
            }
        } catch { throw .system(error) }
    }

    /// Lets a clip end whole at a key frame before it has to be cut off.
    ///
    /// It is time once half of its last step is used and there are no more steps for all that are open
    /// and one that begins. What ended may then be deleted, so that recording goes on in little room.
    private func askToEndIfCrowded(_ id: UInt64, _ needed: Int64) {
        guard let clip = clips[id], let room, scanning == nil, finishing == 0,
            !clip.handle.shouldEnd, clip.reserved - needed < step / 2,
            !room.canMake(Int64(clips.count + 1) * step, of: clip.facts.camera)
        else { return }
        clip.handle.askToEnd()
    }

    private var step: Int64 { max(settings.reserveStep, 1 << 16) }

    private func roundedUp(_ bytes: Int64) -> Int64 { (bytes + step - 1) / step * step }

    /// Takes blocks ahead, so that a clip lies in one piece and its end finds room.
    private func reserve(
        _ file: DiskFile, at offset: Int64, count: Int64, on disk: any Disk
    ) throws(SystemError) {
        do throws(SystemError) { try disk.fallocate(file, at: offset, count: count) } catch {
            // Some file systems cannot; then the blocks come as they are written.
            guard error.code == EOPNOTSUPP || error.code == ENOSYS else { throw error }
        }
    }

    private func discard(_ path: String, on volume: Volume) {
        room?.open.remove(path)
        do throws(SystemError) { try volume.disk.remove(path, in: volume.root) } catch {
            // It holds no picture; the next start removes it.
        }
    }
}
