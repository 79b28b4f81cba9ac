import Hummingbird

/// The settings: all of them to read, some at once to change.
struct SettingsRoutes: RouteGroup {
    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/settings", for: .role(.admin)) { _, _, recorder in
            .json(try await recorder.settings())
        }
        routes.on(.patch, "/api/v1/settings", for: .role(.admin)) { request, context, recorder in
            let values = try await request.json(as: [String: SettingText?].self, context: context)
            let change = SettingsChange(values: values.mapValues { $0?.text })
            return .json(try await recorder.change(change))
        }
    }
}

/// A setting's value as one would write it, also when it comes as a number or a truth value.
struct SettingText: Decodable, Hashable {
    var text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.text = text
        } else if let truth = try? container.decode(Bool.self) {
            text = truth ? "true" : "false"
        } else if let whole = try? container.decode(Int64.self) {
            text = String(whole)
        } else {
            text = String(try container.decode(Double.self))
        }
    }
}
