import Hummingbird

/// What is kept from being deleted.
struct ProtectionRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/protections", for: .role(.viewer)) { _, _, recorder in
            .json(ProtectionList(protections: try await recorder.protections()))
        }
        routes.on(.post, "/api/v1/protections", for: .role(.operator)) {
            request, context, recorder in
            let draft = try await request.json(as: ProtectionDraft.self, context: context)
            try Self.check(draft)
            return .json(try await recorder.protect(draft), status: .created)
        }
        routes.on(.delete, "/api/v1/protections/{number}", for: .role(.operator)) {
            _, context, recorder in
            try await recorder.unprotect(context.number("number", of: "protection"))
            return .done
        }
    }

    private static func check(_ draft: ProtectionDraft) throws(Problem) {
        guard draft.from < draft.to else {
            throw Problem(
                .unprocessableContent, "field.order", "'to' must be after 'from'.", field: "to")
        }
        guard (draft.note ?? "").count <= 500 else {
            throw Problem(
                .unprocessableContent, "field.long", "A note has at most 500 characters.",
                field: "note")
        }
    }

    private struct ProtectionList: Encodable { var protections: [ProtectionRecord] }
}
