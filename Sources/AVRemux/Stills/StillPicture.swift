internal import CFFmpeg

extension KeyFrame {
    /// Widths of which a JPEG can be asked for.
    public static let widths = 16...8192

    /// Returns the picture as a JPEG, no wider than `width` and in its own proportions.
    ///
    /// Blocks for as long as decoding takes: some 10 ms for a picture of 1920x1080. A JPEG that is
    /// narrow enough is returned as the camera made it.
    ///
    /// - Parameter width: pixels, cut to `widths`; nil is the picture's own.
    /// - Throws: an error of libav if it cannot be decoded.
    public func jpeg(width: Int?) throws(AVError) -> [UInt8] {
        // The first use on a thread makes libav's lines go where ours are kept.
        AVLog.bind(nil)
        let limit = width.map { min(max($0, Self.widths.lowerBound), Self.widths.upperBound) }
        if codec == AV_CODEC_ID_MJPEG, limit == nil { return [UInt8](bytes) }
        let picture = try VideoPicture.decode(self)
        let own = picture.width
        if codec == AV_CODEC_ID_MJPEG, own <= limit ?? own { return [UInt8](bytes) }
        let target = min(limit ?? own, own)
        let height = max(1, (picture.height * target + own / 2) / max(own, 1))
        return try picture.scaled(width: target, height: height).jpeg()
    }
}
