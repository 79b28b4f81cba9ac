internal import CMosquitto
import Glibc
internal import Platform

/// A connection to a broker by libmosquitto, of protocol 3.1.1.
///
/// Belongs to one thread, which calls `serve` often. Its last will says `offline` on the
/// availability topic, so that whoever listens hears of a recorder that is gone.
struct MQTTConnection: ~Copyable {
    /// A broker that hears nothing for one and a half of it takes the recorder for gone.
    static let keepAlive: Int32 = 30

    private let handle: OpaquePointer
    private let state: State
    /// Whether there is all that the connection needs to be encrypted, if it is to be.
    private let isPrepared: Bool

    /// What libmosquitto's callbacks write.
    private final class State {
        /// `nil` while no answer came, 0 when the broker took us in, else why not.
        var answer: Int32?
        var refusal: CertificateRefusal?
        /// Messages that somebody waits for and the broker has not taken.
        var awaited: Set<Int32> = []
    }

    /// Why a message could not be handed over.
    struct Failure: Error { let text: String }

    /// Makes the client; nothing is sent before `connect`.
    ///
    /// - Parameter authorities: a file of certificates that are trusted besides the system's.
    /// - Returns: nil if libmosquitto has no memory for it.
    init?(
        clientID: String, settings: NotifySettings.Broker, authorities: String?,
        will: HomeAssistant.Message
    ) {
        let state = State()
        let opaque = Unmanaged.passUnretained(state).toOpaque()
        guard let handle = mosquitto_new(clientID, true, opaque) else { return nil }
        self.handle = handle
        self.state = state
        mosquitto_connect_callback_set(handle) { _, opaque, code in
            guard let opaque else { return }
            Unmanaged<State>.fromOpaque(opaque).takeUnretainedValue().answer = code
        }
        mosquitto_publish_callback_set(handle) { _, opaque, number in
            guard let opaque else { return }
            Unmanaged<State>.fromOpaque(opaque).takeUnretainedValue().awaited.remove(number)
        }
        if let username = settings.username {
            mosquitto_username_pw_set(handle, username, settings.password)
        }
        // A client whose certificates are not set speaks in clear text, whatever the port.
        isPrepared =
            !settings.isSecure
            || mosquitto_tls_set(handle, authorities, "/etc/ssl/certs", nil, nil, nil)
                == MOSQ_ERR_SUCCESS.code
        mosquitto_log_callback_set(handle) { _, opaque, _, line in
            guard let opaque, let line,
                let found = CertificateRefusal(logLine: String(cString: line))
            else { return }
            let state = Unmanaged<State>.fromOpaque(opaque).takeUnretainedValue()
            // OpenSSL calls a wrong name a certificate that fails, a line later.
            if state.refusal == nil { state.refusal = found }
        }
        mosquitto_will_set(
            handle, will.topic, Int32(will.payload.count), will.payload, 1, will.isRetained)
    }

    deinit { mosquitto_destroy(handle) }

    /// Connects and waits for the broker's word, at most `limit`.
    ///
    /// - Returns: why there is no connection, or nil.
    func connect(
        to settings: NotifySettings.Broker, limit: Duration, clocks: any Clocks, stop: Latch
    ) -> String? {
        guard isPrepared else { return CertificateRefusal.unreadableAuthorities }
        state.answer = nil
        state.refusal = nil
        let code = mosquitto_connect_async(
            handle, settings.host, Int32(settings.port), Self.keepAlive)
        guard code == MOSQ_ERR_SUCCESS.code else { return text(code) }
        let deadline = clocks.monotonic + limit
        while state.answer == nil {
            guard !stop.isSet else { return "it was cancelled" }
            guard clocks.monotonic < deadline else { return "the broker does not answer" }
            if let failure = serve(.milliseconds(100)) { return failure }
        }
        guard let answer = state.answer, answer != 0 else { return nil }
        return String(cString: mosquitto_connack_string(answer))
    }

    /// Sends what waits and hears what comes, for at most `duration`.
    ///
    /// - Returns: why the connection is over, or nil.
    func serve(_ duration: Duration) -> String? {
        let code = mosquitto_loop(handle, Int32(duration.nanoseconds / 1_000_000), 1)
        return code == MOSQ_ERR_SUCCESS.code ? nil : text(code)
    }

    /// Hands a message over, to arrive at least once while the connection holds.
    func publish(_ message: HomeAssistant.Message) -> String? {
        var number: Int32 = 0
        return publish(message, &number)
    }

    /// Hands a message over and returns its number, by which `isAwaited` knows it.
    func publishAwaited(_ message: HomeAssistant.Message) -> Result<Int32, Failure> {
        var number: Int32 = 0
        if let text = publish(message, &number) { return .failure(Failure(text: text)) }
        state.awaited.insert(number)
        return .success(number)
    }

    /// Whether the broker has not said yet that it took a message (MQTT 3.1.1, 3.4).
    func isAwaited(_ number: Int32) -> Bool { state.awaited.contains(number) }

    private func publish(_ message: HomeAssistant.Message, _ number: inout Int32) -> String? {
        let code = mosquitto_publish(
            handle, &number, message.topic, Int32(message.payload.count), message.payload, 1,
            message.isRetained)
        return code == MOSQ_ERR_SUCCESS.code ? nil : text(code)
    }

    /// Whether messages still wait to be sent.
    var isBusy: Bool { mosquitto_want_write(handle) }

    /// Says goodbye: the last will is then not needed.
    func disconnect() {
        mosquitto_disconnect(handle)
        _ = serve(.milliseconds(100))
    }

    private func text(_ code: Int32) -> String {
        if let refusal = state.refusal { return refusal.text }
        return code == MOSQ_ERR_ERRNO.code
            ? String(cString: strerror(errno)) : String(cString: mosquitto_strerror(code))
    }
}

extension mosq_err_t {
    /// The code as libmosquitto's functions return it.
    fileprivate var code: Int32 { Int32(rawValue) }
}
