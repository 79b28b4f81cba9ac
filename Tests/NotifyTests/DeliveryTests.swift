import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Notify

/// What is sent, and what waits.
struct DeliveryTests {
    private let time = WallTime(nanoseconds: 1_740_304_800_500_000_000)

    /// RFC 4231 4.2, 4.3 and 4.7.
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func `the signature is that of the RFC`(key: [UInt8], message: String, code: String) {
        #expect(HMAC.sha256(Array(message.utf8), key: key) == code)
    }

    @Test func `a request tells who sent it and when`() throws {
        let notice = Notice(.test, at: time, problems: 0, text: "a \"test\"")
        let request = Webhook.request(
            notice, to: .init(url: "http://127.0.0.1/x", secret: "key"), now: time)
        let body = try #require(request.body)
        let code = HMAC.sha256(Array("1740304800.".utf8) + body, key: Array("key".utf8))
        #expect(request.headers.contains("X-CCTV-Timestamp: 1740304800"))
        #expect(request.headers.contains("X-CCTV-Signature: sha256=\(code)"))
        #expect(request.headers.contains("X-CCTV-Event: test"))
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(#""text":"a \"test\"""#))
        #expect(text.contains(#""time":"2025-02-23T10:00:00.500Z""#))
        let unsigned = Webhook.request(notice, to: .init(url: "http://127.0.0.1/"), now: time)
        #expect(!unsigned.headers.contains { $0.hasPrefix("X-CCTV-Signature") })
    }

    @Test func `the queue survives a restart, and a full one drops the oldest`() throws {
        let folder = TemporaryDirectory()
        let path = folder.path + "/outbox.json"
        var outbox = Outbox(path: path)
        let notices = (0..<Outbox.limit + 5).map {
            Notice(.test, at: time, problems: 0, text: "\($0)")
        }
        for notice in notices { outbox.append(notice) }
        #expect(outbox.takeDropped() == 5)
        #expect(Outbox(path: path).notices == Array(notices.dropFirst(5)))
        outbox.remove(notices[0])
        outbox.remove(notices[5])
        #expect(Outbox(path: path).first == notices[6])
    }

    @Test func `a damaged queue is an empty one, and none makes no folder`() throws {
        let folder = TemporaryDirectory()
        let path = folder.path + "/outbox.json"
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        _ = write(file, "[{\"id\":", 7)
        close(file)
        #expect(Outbox(path: path).first == nil)
        var away = Outbox(path: folder.path + "/gone/outbox.json")
        let notice = Notice(.test, at: time, problems: 0, text: "x")
        away.append(notice)
        #expect(away.first == notice)
        #expect(access(folder.path + "/gone", F_OK) != 0)
    }

    @Test func `while its disk is away the queue touches nothing, and forgets nothing of before`()
        throws
    {
        let folder = TemporaryDirectory()
        let path = folder.path + "/outbox.json"
        let old = Notice(.test, at: time, problems: 0, text: "old")
        let new = Notice(.test, at: time, problems: 0, text: "new")
        var before = Outbox(path: path)
        before.append(old)
        let isThere = Mutex(false)
        var outbox = Outbox(path: path, canSave: { isThere.withLock { $0 } })
        outbox.append(new)
        #expect(outbox.notices == [new], "who is told of the missing disk need not wait for it")
        #expect(Outbox(path: path).notices == [old])
        isThere.withLock { $0 = true }
        let last = Notice(.test, at: time, problems: 0, text: "last")
        outbox.append(last)
        #expect(Outbox(path: path).notices == [old, new, last])
    }

    @Test func `failed deliveries are tried less and less often, never never`() {
        var pace = DeliveryPace()
        var now = MonotonicTime(nanoseconds: 0)
        var waits: [Double] = []
        for _ in 0..<20 {
            pace.fail(now: now, random: 0.999)
            let due = pace.due ?? now
            waits.append((due - now).seconds)
            now = due
        }
        #expect(abs(waits[0] - 1) < 0.01)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 + 0.001 })
        #expect(waits.last.map { $0 <= 600 && $0 > 590 } == true)
        pace.succeed()
        #expect(pace.isDue(now))
    }

    @Test func `the digest rounds down and names the worst`() {
        #expect(Digest.percent(1) == "100.00")
        #expect(Digest.percent(0.99996) == "99.99")
        let shares = [
            DailyShare(camera: "entrance", share: 1),
            DailyShare(
                camera: "yard", share: 0.9996,
                longestGap: (length: .seconds(35), cause: "unreachable")),
        ]
        let notice = Digest.notice(shares, problems: 0, now: time)
        #expect(
            notice?.text
                == "99.98 % recorded in the last 24 hours: "
                + "yard 99.96 % (longest gap 35 s, unreachable)")
        #expect(Digest.notice([], problems: 0, now: time) == nil)
    }

    @Test func `the digest is due at its local time, also when the clock changes`() {
        let eight = 8 * 3600
        let before = WallTime(nanoseconds: 1_740_293_999_000_000_000)
        let day = Digest.day(at: eight, now: before, utcOffset: 3600)
        #expect(Digest.day(at: eight, now: before + .seconds(1), utcOffset: 3600) == day + 1)
        #expect(Digest.day(at: eight, now: before + .seconds(86_400), utcOffset: 3600) == day + 1)
        #expect(Digest.day(at: eight, now: before, utcOffset: 7200) == day + 1)
    }

    @Test(
        arguments: [
            ("mqtt://broker", "broker", 1883, false),
            ("mqtts://broker.lan/", "broker.lan", 8883, true),
            ("mqtt://[fe80::1]:1884", "fe80::1", 1884, false),
            ("mqtt://10.0.0.1:99", "10.0.0.1", 99, false),
        ] as [(String, String, UInt16, Bool)])
    func `a broker's address is read`(url: String, host: String, port: UInt16, secure: Bool) {
        let broker = NotifySettings.Broker(url: url)
        #expect(broker?.host == host)
        #expect(broker?.port == port)
        #expect(broker?.isSecure == secure)
    }

    @Test(
        arguments: [
            "broker", "http://broker", "mqtt://", "mqtt://user:key@broker", "mqtt://b:0",
            "mqtt://b:70000", "mqtt://b/path", "mqtt://a b",
        ])
    func `what is no broker's address is refused`(url: String) {
        #expect(NotifySettings.Broker(url: url) == nil)
    }

    @Test func `only web addresses are web addresses`() {
        for good in ["http://a", "https://a.b/c?d=e", "https://[::1]:80/"] {
            #expect(WebAddress.isValid(good))
        }
        for bad in ["", "file:///etc/passwd", "http://", "https:///x", "http://a b", "gopher://a"] {
            #expect(!WebAddress.isValid(bad))
        }
    }
}
