import NIOCore
import Platform

/// One part of a live stream: a header of eight bytes and what it announces.
///
/// The header is the camera's number, the kind, two zeros and the length of the payload in bytes,
/// big-endian. Numbers of cameras hold for one run of the recorder; a stream begins with the status
/// of each of its cameras, which says whose number is whose.
struct LivePart: Sendable {
    /// What the payload is.
    enum Kind: UInt8, Sendable {
        /// `ftyp` and `moov`: what the tracks are from here on.
        case header = 0
        /// A fragment that begins with a key frame.
        case key = 1
        /// A fragment that needs those before it.
        case delta = 2
        /// Nothing: parts were left out, the next fragment is a key frame.
        case gap = 3
        /// A `LiveStatus` in JSON.
        case status = 4
        /// Nothing: the connection is alive.
        case keepAlive = 5
    }

    let kind: Kind
    /// Header and payload; shared by all who watch.
    let bytes: ByteBuffer
    /// When it came from the camera's thread.
    let time: MonotonicTime

    /// Bytes of the header.
    static let headerByteCount = 8

    /// Copies a payload behind its header: the one copy for all who watch.
    init(
        _ kind: Kind, camera: UInt8, time: MonotonicTime, payload: UnsafeRawBufferPointer
    ) {
        var bytes = ByteBufferAllocator().buffer(capacity: Self.headerByteCount + payload.count)
        bytes.writeInteger(camera)
        bytes.writeInteger(kind.rawValue)
        bytes.writeInteger(UInt16(0))
        bytes.writeInteger(UInt32(clamping: payload.count))
        bytes.writeBytes(payload)
        self.kind = kind
        self.bytes = bytes
        self.time = time
    }

    /// A part without payload.
    init(_ kind: Kind, camera: UInt8 = 0, time: MonotonicTime) {
        self.init(
            kind, camera: camera, time: time,
            payload: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Whether decoding can begin with it.
    var isKey: Bool { kind == .key }
}

/// What a viewer is told of a camera when it joins and whenever it changes.
struct LiveStatus: Codable, Hashable, Sendable {
    /// What comes of the camera.
    enum State: String, Codable, Hashable, Sendable {
        /// Nothing yet, or nothing at present.
        case waiting
        /// Fragments.
        case playing
    }

    /// The camera's name.
    var camera: String
    /// What comes of it.
    var state: State
    /// The codecs for `MediaSource.isTypeSupported` (RFC 6381); nil if they are not known.
    var codecs: String?
}
