internal import CFFmpeg
import Glibc

/// What libav logs, caught per thread instead of printed.
///
/// libav calls the callback on the thread that does the work, with private locks held, so nothing
/// of libav is called from here and lines are only stored or handed on.
enum AVLog {
    /// Receives a line and its level on the thread that logged it.
    typealias Handler = (Int32, String) -> Void

    private final class ThreadLog {
        var lastLine = ""
        var handler: Handler?
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { pointer in
            if let pointer { Unmanaged<ThreadLog>.fromOpaque(pointer).release() }
        }
        av_log_set_callback { receive($0, $1, $2, $3) }
        // Whatever a camera's reply or file claims, no single allocation of libav exceeds this.
        av_max_alloc(64 << 20)
        avformat_network_init()
        return key
    }()

    private static var current: ThreadLog {
        if let pointer = pthread_getspecific(key) {
            return Unmanaged<ThreadLog>.fromOpaque(pointer).takeUnretainedValue()
        }
        let log = ThreadLog()
        pthread_setspecific(key, Unmanaged.passRetained(log).toOpaque())
        return log
    }

    /// Sets who receives the lines of this thread; the first call makes libav's global settings.
    static func bind(_ handler: Handler?) { current.handler = handler }

    /// Returns the last line of this thread and forgets it.
    static func takeLastLine() -> String {
        let log = current
        defer { log.lastLine = "" }
        return log.lastLine
    }

    private static func receive(
        _ context: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>?,
        _ arguments: CVaListPointer?
    ) {
        guard level <= AV_LOG_WARNING, let format, let arguments else { return }
        var line = [CChar](repeating: 0, count: 512)
        var printPrefix: Int32 = 1
        av_log_format_line2(
            context, level, format, arguments, &line, Int32(line.count), &printPrefix)
        let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        let log = current
        log.lastLine = text
        log.handler?(level, text)
    }
}
