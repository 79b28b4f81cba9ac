internal import CFFmpeg

/// A call of libav that failed: its status, the call, and the last line it logged on this thread.
public struct AVError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The negative status that the call returned (libavutil/error.h).
    public let code: Int32
    /// The call, in libav's spelling.
    public let call: String
    /// What libav logged shortly before, without secrets; empty when it said nothing.
    public let detail: String

    /// Describes a failed call; by default with the last line that libav logged on this thread.
    init(code: Int32, call: StaticString, detail: String = AVLog.takeLastLine()) {
        self.code = code
        self.call = "\(call)"
        self.detail = detail
    }

    /// libav's words for the status.
    public var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) {
            guard let base = $0.baseAddress else { return "error \(code)" }
            av_strerror(code, base, $0.count)
            return String(cString: base)
        }
    }

    /// The call, libav's reason and its last words: `avformat_open_input: Invalid data (…)`.
    public var description: String {
        detail.isEmpty ? "\(call): \(reason)" : "\(call): \(reason) (\(detail))"
    }
}

/// Returns a status that means success, throws one that does not.
@discardableResult
func check(_ status: Int32, _ call: StaticString) throws(AVError) -> Int32 {
    guard status >= 0 else { throw AVError(code: status, call: call) }
    return status
}

/// Returns what a libav constructor made; a null pointer means that memory ran out.
func check<Pointer>(_ made: Pointer?, _ call: StaticString) throws(AVError) -> Pointer {
    guard let made else { throw AVError(code: AVERROR(ENOMEM), call: call) }
    return made
}
