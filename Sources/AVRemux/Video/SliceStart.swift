/// Tells whether a packet begins a picture or goes on with the one before it.
enum SliceStart {
    /// Returns where the first slice's start code is, if that slice is not the first of a picture.
    ///
    /// A slice header begins with the address of its first macroblock, which is 0 and therefore one
    /// set bit at the beginning of a picture (ITU-T H.264 7.3.3), or with that very bit (ITU-T
    /// H.265 7.3.6.1).
    static func continuation(
        in bytes: UnsafeRawBufferPointer, codec: ParameterSets.Codec
    ) -> Int? {
        let headerLength = codec == .h264 ? 1 : 2
        var position = 0
        while let code = AnnexB.nextStartCode(in: bytes, from: position) {
            let unit = code + 3
            guard unit + headerLength < bytes.count else { return nil }
            if isSlice(bytes[unit], codec) {
                return bytes[unit + headerLength] & 0x80 == 0 ? code : nil
            }
            position = unit
        }
        return nil
    }

    /// The types of slices with a header of their own (H.264 table 7-1, H.265 table 7-1).
    private static func isSlice(_ header: UInt8, _ codec: ParameterSets.Codec) -> Bool {
        switch codec {
        case .h264: [1, 2, 5].contains(header & 0x1F)
        case .hevc: header >> 1 & 0x3F < 32
        }
    }
}
