/// The header of a box: its type and its sizes (ISO/IEC 14496-12 4.2.2).
public struct BoxHeader: Hashable, Sendable {
    /// The box's type.
    public var type: FourCC
    /// Bytes of the header: 8, or 16 if the size has 64 bits.
    public var headerByteCount: Int
    /// Bytes of the whole box, header included; nil if it reaches to the end of what holds it.
    public var byteCount: UInt64?

    /// Reads a header from the first bytes of `bytes`.
    ///
    /// - Throws: `FormatError` if fewer bytes than a header are there or the size is below its own.
    public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes, of: "box")
        let size = try reader.read(UInt32.self)
        type = FourCC(try reader.read())
        switch size {
        case 0:
            headerByteCount = 8
            byteCount = nil
        case 1:
            headerByteCount = 16
            byteCount = try reader.read(UInt64.self)
        default:
            headerByteCount = 8
            byteCount = UInt64(size)
        }
        if let byteCount, byteCount < UInt64(headerByteCount) {
            throw .invalid(type, "its size \(byteCount) is below that of a header")
        }
    }
}

/// A whole box in memory, as a view of bytes that it does not own.
public struct Box {
    /// The box's type.
    public let type: FourCC
    /// The box with its header.
    public let bytes: UnsafeRawBufferPointer
    /// The box without its header.
    public let body: UnsafeRawBufferPointer

    /// Reads the box at the start of `bytes`, which may go on after it.
    ///
    /// - Throws: `FormatError` if the header is impossible or the box is longer than `bytes`.
    public init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        let header = try BoxHeader(bytes)
        let size = header.byteCount ?? UInt64(bytes.count)
        guard size <= UInt64(bytes.count) else { throw .truncated(header.type) }
        type = header.type
        self.bytes = UnsafeRawBufferPointer(rebasing: bytes[..<Int(size)])
        body = UnsafeRawBufferPointer(rebasing: self.bytes[header.headerByteCount...])
    }

    /// A reader of the body, which begins with version and flags in a full box.
    public var reader: ByteReader { ByteReader(body, of: type) }

    /// The boxes that the body consists of.
    public var children: BoxList { BoxList(body) }

    /// Returns the first child of type `type`.
    ///
    /// - Throws: `FormatError.missing` if there is none, or another if the children are damaged.
    public func child(_ type: FourCC) throws(FormatError) -> Box {
        guard let box = try optionalChild(type) else { throw .missing(type, in: self.type) }
        return box
    }

    /// Returns the first child of type `type`, or nil if there is none.
    public func optionalChild(_ type: FourCC) throws(FormatError) -> Box? {
        var list = children
        while let box = try list.next() {
            if box.type == type { return box }
        }
        return nil
    }
}

/// Boxes one after the other, read without allocating.
public struct BoxList {
    private var rest: UnsafeRawBufferPointer

    /// The boxes of which `bytes` consist.
    public init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    /// Returns the next box, or nil after the last.
    ///
    /// - Throws: `FormatError` if what follows is no whole box; the list then yields no more.
    public mutating func next() throws(FormatError) -> Box? {
        guard !rest.isEmpty else { return nil }
        do throws(FormatError) {
            let box = try Box(rest)
            rest = UnsafeRawBufferPointer(rebasing: rest[box.bytes.count...])
            return box
        } catch {
            rest = UnsafeRawBufferPointer(start: nil, count: 0)
            throw error
        }
    }
}
