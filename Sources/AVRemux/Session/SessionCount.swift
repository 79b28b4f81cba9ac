public import Platform
internal import RTSP

/// How many sessions a camera gives at once.
public struct SessionCount: Sendable, Equatable {
    /// Sessions that were open at the same time.
    public var opened: Int
    /// Why there was not one more; nil if the camera was not asked for more.
    public var refusal: SessionEnd?

    /// Opens sessions one after the other, holds them, and says goodbye to all of them.
    ///
    /// Cameras have few and other programs need them, so no more than `limit` are asked for, and none
    /// after the first refusal. Blocks the calling thread for some seconds; nothing is recorded.
    public static func measure(
        _ settings: CameraSettings, limit: Int, cancellation: Cancellation,
        clocks: any Clocks = SystemClocks()
    ) -> SessionCount {
        var count = SessionCount(opened: 0)
        count.open(limit, settings, clocks, cancellation)
        return count
    }

    private mutating func open(
        _ left: Int, _ settings: CameraSettings, _ clocks: any Clocks, _ cancellation: Cancellation
    ) {
        guard left > 0 else { return }
        do throws(RTSPError) {
            var request = SessionRequest(
                url: settings.url, credentials: settings.credentials, hashes: .libavutil)
            request.media = [.video]
            request.networkTimeout = settings.networkTimeout
            request.secureChannel = TLSChannel.connect
            var client = try RTSPClient.open(request, clocks: clocks, cancellation: cancellation)
            do throws(RTSPError) {
                try client.play()
            } catch {
                client.close()
                throw error
            }
            opened += 1
            open(left - 1, settings, clocks, cancellation)
            client.close()
        } catch {
            refusal = .failed(error)
        }
    }
}
