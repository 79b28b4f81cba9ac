import HTTPTypes
import Hummingbird

/// Everything that the console answers.
struct ConsoleRouter: Sendable {
    /// The router, ready to answer.
    let responder: RouterResponder<ConsoleContext>
    /// Its routes.
    let records: [Routes.Record]

    init(_ configuration: ConsoleConfiguration, recorder: any Recorder) {
        let router = Router(
            context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        let table = RouteTable()
        router.add(middleware: AnswerMiddleware(methods: table.methods))
        router.add(middleware: CallerCheck())
        var routes = Routes(router: router)
        routes.add([
            HealthRoutes(recorder: recorder),
            SessionRoutes(configuration: configuration, recorder: recorder),
            StatusRoutes(recorder: recorder),
            CameraRoutes(recorder: recorder),
            ClipRoutes(recorder: recorder),
            TimelineRoutes(recorder: recorder),
            ProtectionRoutes(recorder: recorder),
            ExportRoutes(recorder: recorder),
            StorageRoutes(recorder: recorder),
            SettingsRoutes(recorder: recorder),
            LogRoutes(recorder: recorder),
            LiveRoutes(recorder: recorder, hub: configuration.live),
            WebRoutes(),
        ])
        records = routes.records
        table.fill(routes.records)
        responder = router.buildResponder()
    }
}

/// A recorder with a console: what is asked of it and what it is made to do.
typealias Recorder = RecorderCommanding & RecorderReading
