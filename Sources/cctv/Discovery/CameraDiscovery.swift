import Glibc
import Platform

/// Asks every network of the machine for ONVIF cameras (WS-Discovery 1.0 over UDP multicast).
struct CameraDiscovery {
    /// Where questions are sent, 239.255.255.250 and 3702 but in a test.
    var group = "239.255.255.250"
    var port: UInt16 = 3702
    /// The machine's own addresses from which it is asked; nil is all of them but loopback.
    var interfaces: [String]?
    /// How long answers are waited for.
    var duration = Duration.seconds(5)

    /// Some cameras answer only one of the two, and some take both in one question for neither.
    private static let types = [
        #"xmlns:t="http://www.onvif.org/ver10/network/wsdl">t:NetworkVideoTransmitter"#,
        #"xmlns:t="http://www.onvif.org/ver10/device/wsdl">t:Device"#,
    ]
    /// A question may be lost on the way; it is asked again after this.
    private static let repeatAfter = Duration.seconds(1)

    /// Asks, and collects answers until the time is over.
    ///
    /// - Parameter isStopped: asked about every 100 ms; true ends it early.
    /// - Returns: the cameras by address, each once.
    /// - Throws: `SystemError` if there is no network to ask.
    func run(isStopped: () -> Bool = { false }) throws(SystemError) -> [NetworkCamera] {
        let sockets = try open()
        let clocks = SystemClocks()
        let end = clocks.monotonic + duration
        var nextQuestion = clocks.monotonic
        var questions = 2
        var found: [String: NetworkCamera] = [:]
        while clocks.monotonic < end, !isStopped() {
            if questions > 0, clocks.monotonic >= nextQuestion {
                questions -= 1
                nextQuestion = clocks.monotonic + Self.repeatAfter
                for socket in sockets { ask(socket) }
            }
            var waits = sockets.map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
            guard poll(&waits, nfds_t(waits.count), 100) > 0 else { continue }
            for (socket, wait) in zip(sockets, waits) where wait.revents != 0 {
                while let (text, host) = socket.receive() {
                    for camera in NetworkCamera.read(text, from: host) {
                        let known = found[host]
                        if known == nil || known?.name.isEmpty == true { found[host] = camera }
                    }
                }
            }
        }
        return found.values.sorted { $0.host < $1.host }
    }

    private func open() throws(SystemError) -> [DiscoverySocket] {
        let addresses: [String]
        if let interfaces {
            addresses = interfaces
        } else {
            addresses = try DiscoverySocket.addresses()
        }
        var sockets: [DiscoverySocket] = []
        var failure: SystemError?
        for address in addresses {
            do throws(SystemError) { sockets.append(try DiscoverySocket(address)) } catch {
                failure = error
            }
        }
        if sockets.isEmpty {
            throw failure
                ?? SystemError(call: "getifaddrs", subject: "networks", code: ENETUNREACH)
        }
        return sockets
    }

    private func ask(_ socket: DiscoverySocket) {
        for type in Self.types {
            // A network that takes no question has no camera to answer.
            try? socket.send(Self.question(type), to: group, port)
        }
    }

    private static func question(_ type: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?><e:Envelope \
        xmlns:e="http://www.w3.org/2003/05/soap-envelope" \
        xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
        xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header>\
        <a:MessageID>uuid:\(messageNumber())</a:MessageID>\
        <a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>\
        <a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>\
        </e:Header><e:Body><d:Probe><d:Types \(type)</d:Types></d:Probe></e:Body></e:Envelope>
        """
    }

    /// A random UUID (RFC 9562 version 4).
    private static func messageNumber() -> String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for index in 0..<32 {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            let digit = Int.random(in: 0..<16)
            text.append(digits[index == 12 ? 4 : index == 16 ? digit & 3 | 8 : digit])
        }
        return text
    }
}
