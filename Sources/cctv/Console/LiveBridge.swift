import AVRemux
import Console
import ISOBMFF

/// Takes one camera's frames from its thread to the console's live view.
struct LiveBridge: LiveSink {
    let channel: LiveChannel

    var isWatched: Bool { channel.isWatched }

    func begin(_ header: LiveHeader) {
        channel.begin(header: header.bytes, codecs: header.codecs)
    }

    func append(_ fragment: Fragment) {
        fragment.withBytes { channel.append(fragment: $0, isKey: fragment.startsWithSync) }
    }

    func end() { channel.end() }
}
