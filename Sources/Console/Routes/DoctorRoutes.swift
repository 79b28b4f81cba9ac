import HTTPTypes
import Hummingbird
import NIOCore

/// The doctor: a look at cameras, disk and clock that is begun, watched and ended by a person.
struct DoctorRoutes: RouteGroup {
    /// For how long a camera may be looked at.
    private static let seconds = 1...300

    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/doctor", for: .role(.operator)) { _, _, recorder in
            .json(Doctor(checkup: await recorder.checkup(among: nil)))
        }
        routes.on(.post, "/api/v1/doctor", for: .role(.operator)) { request, context, recorder in
            let wish = try await request.json(as: CheckupRequest.self, context: context)
            guard Self.seconds.contains(wish.seconds ?? 30) else {
                throw Problem(
                    .unprocessableContent, "field.range", "'seconds' must be from 1 to 300.",
                    field: "seconds")
            }
            return .json(
                Doctor(checkup: try await recorder.beginCheckup(wish)), status: .accepted)
        }
        routes.on(.delete, "/api/v1/doctor", for: .role(.operator)) { _, _, recorder in
            await recorder.endCheckup(among: nil)
            return .done
        }
        // It holds the settings, though without a secret, which only an administrator reads.
        routes.on(.get, "/api/v1/doctor/bundle", for: .role(.admin)) { _, _, recorder in
            let bytes = try await recorder.checkupBundle()
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/x-tar", .cacheControl: "no-store",
                    .contentDisposition: "attachment; filename=\"cctv-doctor.tar\"",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }

    private struct Doctor: Encodable { var checkup: CheckupRecord? }
}
