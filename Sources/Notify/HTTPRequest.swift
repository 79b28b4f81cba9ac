internal import CCurl
internal import Glibc
internal import Platform

/// One HTTP request by libcurl; blocks the calling thread until it ends or is cancelled.
///
/// Only `http` and `https` are spoken, certificates are checked, and no redirect is followed: a
/// notice goes where the settings say and nowhere else.
struct HTTPRequest {
    /// How long a connection may take to come about.
    static let connectTimeout = 5
    /// How long everything may take, in seconds; less than a person waits for a `Trial`.
    static let timeout = 10
    /// The body of an answer says nothing that is needed; more than this ends the request.
    static let answerLimit = 64 << 10

    /// The address; never shown, because keys stand in such addresses.
    var url: String
    /// What is posted as JSON; nil fetches.
    var body: [UInt8]?
    /// Header lines besides those that libcurl makes.
    var headers: [String] = []
    /// A file of certificates in PEM that are trusted besides those of the system.
    var authorities: String?

    /// What became of a request.
    enum Outcome: Equatable {
        /// The server answered with this status.
        case answered(Int)
        /// There was no answer; why, in libcurl's words.
        case failed(String)
        /// The recorder ends.
        case cancelled

        /// Whether the server has taken what it was sent.
        var isGood: Bool {
            if case .answered(let status) = self { (200..<300).contains(status) } else { false }
        }

        /// What to tell a person.
        var text: String {
            switch self {
            case .answered(let status): "the server answered \(status)"
            case .failed(let why): why
            case .cancelled: "it was cancelled"
            }
        }
    }

    /// What libcurl's callbacks see.
    private final class Progress {
        let stop: Latch
        var received = 0
        init(stop: Latch) { self.stop = stop }
    }

    /// Sends the request and waits for the answer.
    func perform(stop: Latch) -> Outcome {
        guard let curl = curl_easy_init() else { return .failed("libcurl does not start") }
        defer { curl_easy_cleanup(curl) }
        let progress = Progress(stop: stop)
        let opaque = Unmanaged.passUnretained(progress).toOpaque()
        prepare(curl, opaque)
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { list = curl_slist_append(list, header) }
        defer { curl_slist_free_all(list) }
        _ = ccurl_set_list(curl, CURLOPT_HTTPHEADER, list)
        // libcurl reads the body during the call and copies nothing.
        let code = withExtendedLifetime(progress) { send(curl) }
        if code == CURLE_PEER_FAILED_VERIFICATION {
            var verification = 0
            _ = ccurl_get_long(curl, CURLINFO_SSL_VERIFYRESULT, &verification)
            return .failed(CertificateRefusal(verification: verification).text)
        }
        if code == CURLE_SSL_CACERT_BADFILE {
            return .failed(CertificateRefusal.unreadableAuthorities)
        }
        if stop.isSet { return .cancelled }
        var status = 0
        _ = ccurl_get_long(curl, CURLINFO_RESPONSE_CODE, &status)
        guard code == CURLE_OK || (code == CURLE_WRITE_ERROR && status > 0) else {
            return .failed(String(cString: curl_easy_strerror(code)))
        }
        return .answered(status)
    }

    private func send(_ curl: UnsafeMutableRawPointer) -> CURLcode {
        guard let body else { return curl_easy_perform(curl) }
        var bytes = body
        return bytes.withUnsafeMutableBytes { bytes in
            _ = ccurl_set_long(curl, CURLOPT_POSTFIELDSIZE, bytes.count)
            _ = ccurl_set_pointer(curl, CURLOPT_POSTFIELDS, bytes.baseAddress)
            return curl_easy_perform(curl)
        }
    }

    private func prepare(_ curl: UnsafeMutableRawPointer, _ opaque: UnsafeMutableRawPointer) {
        _ = ccurl_set_text(curl, CURLOPT_URL, url)
        _ = ccurl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = ccurl_set_text(curl, CURLOPT_USERAGENT, "cctv")
        if let authorities { _ = ccurl_set_text(curl, CURLOPT_CAINFO, authorities) }
        _ = ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        // A look-up that hangs must not keep the recorder from ending.
        _ = ccurl_set_long(curl, CURLOPT_QUICK_EXIT, 1)
        _ = ccurl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0)
        _ = ccurl_set_long(curl, CURLOPT_CONNECTTIMEOUT, Self.connectTimeout)
        _ = ccurl_set_long(curl, CURLOPT_TIMEOUT, Self.timeout)
        _ = ccurl_set_long(curl, CURLOPT_NOPROGRESS, 0)
        _ = ccurl_set_pointer(curl, CURLOPT_XFERINFODATA, opaque)
        _ = ccurl_set_progress(curl) { opaque, _, _, _, _ in
            guard let opaque else { return 1 }
            return Unmanaged<Progress>.fromOpaque(opaque).takeUnretainedValue().stop.isSet ? 1 : 0
        }
        _ = ccurl_set_pointer(curl, CURLOPT_WRITEDATA, opaque)
        _ = ccurl_set_writer(curl) { _, size, count, opaque in
            guard let opaque else { return 0 }
            let progress = Unmanaged<Progress>.fromOpaque(opaque).takeUnretainedValue()
            progress.received += size * count
            return progress.received <= HTTPRequest.answerLimit ? size * count : 0
        }
    }
}
