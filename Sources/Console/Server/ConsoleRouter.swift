import HTTPTypes
import Hummingbird

/// Everything that the console answers.
struct ConsoleRouter: Sendable {
    /// The router, ready to answer.
    let responder: RouterResponder<ConsoleContext>
    /// Its routes.
    let records: [Routes.Record]

    /// - Parameter onSetup: called when the first password was set.
    init(
        _ configuration: ConsoleConfiguration, access: AccessControl, recorder: any Recorder,
        onSetup: @escaping @Sendable () -> Void
    ) {
        let router = Router(
            context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        let table = RouteTable()
        router.add(middleware: AnswerMiddleware(methods: table.methods))
        router.add(
            middleware: CallerCheck(access: access, isEncrypted: configuration.tls != .off))
        var routes = Routes(router: router)
        routes.add([
            DocumentRoutes(),
            HealthRoutes(recorder: recorder),
            SessionRoutes(
                version: configuration.version, access: access, recorder: recorder,
                onSetup: onSetup),
            AccountRoutes(access: access),
            TokenRoutes(access: access),
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
            MetricsRoutes(recorder: recorder),
            NotificationRoutes(recorder: recorder),
            WebRoutes(),
        ])
        records = routes.records
        table.fill(routes.records)
        responder = router.buildResponder()
    }
}

/// A recorder with a console: what is asked of it and what it is made to do.
typealias Recorder = RecorderCommanding & RecorderReading
