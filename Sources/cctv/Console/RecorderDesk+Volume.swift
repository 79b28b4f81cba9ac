import Archive
import Console
import Platform

// A volume whose disk is away, and another one that somebody accepts in its place.
extension RecorderDesk {
    func adoptVolume() async throws(RecorderFailure) {
        guard parts.archive.volumeHealth.isAway else {
            throw RecorderFailure(
                .conflict, code: "volume.there",
                "The recordings' disk is there; nothing has to be accepted.")
        }
        let (folder, known) = (parts.settings.outputFolder, parts.known)
        try await chores.ask { _ throws(RecorderFailure) in
            do throws(VolumeError) {
                known.remember(try Volume.adopt(folder).uuid, in: folder)
            } catch {
                throw RecorderFailure(.unavailable, code: "volume.refused", "\(error)")
            }
        }
        lookForReplacement()
    }

    /// Begins anew if a start would take another volume than the one that is away; called while ours
    /// is away, here or by `cctv volume adopt`.
    func lookForReplacement() {
        let (folder, own, known) = (parts.settings.outputFolder, parts.volume, parts.known)
        let (orders, log) = (parts.orders, parts.log)
        reading.tell { _ in
            guard let found = VolumeIdentity.read(in: folder)?.uuid, found != own,
                [nil, found].contains(known.uuid(in: folder))
            else { return }
            log.write(
                .info, .programStopping, "Another volume was accepted: the recorder begins anew")
            orders.give(.beginAnew)
        }
    }
}
