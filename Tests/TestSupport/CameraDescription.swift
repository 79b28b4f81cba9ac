/// The SDP of a camera (RFC 8866) that answers by the book.
public enum CameraDescription {
    /// H.264 in `track1`, without sound.
    public static let video = """
        v=0\r
        o=- 1 1 IN IP4 0.0.0.0\r
        s=camera\r
        t=0 0\r
        a=control:*\r
        m=video 0 RTP/AVP 96\r
        a=rtpmap:96 H264/90000\r
        a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAKeKQ,aM48gA==\r
        a=control:track1\r

        """

    /// The same with AAC in `track2`.
    public static let videoAndSound =
        video + """
            m=audio 0 RTP/AVP 96\r
            a=rtpmap:96 MPEG4-GENERIC/16000/1\r
            a=control:track2\r

            """
}
