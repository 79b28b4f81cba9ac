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
        router.add(
            middleware: AnswerMiddleware(methods: table.methods, isStrict: configuration.isStrict))
        router.add(
            middleware: CallerCheck(access: access, isEncrypted: configuration.tls != .off))
        var routes = Routes(router: router, recorder: recorder)
        routes.add(Self.groups(configuration, access, onSetup: onSetup))
        records = routes.records
        table.fill(routes.records)
        responder = router.buildResponder()
    }

    /// The groups of routes; none has the recorder, which `Routes` hands out as each caller may see it.
    static func groups(
        _ configuration: ConsoleConfiguration, _ access: AccessControl,
        onSetup: @escaping @Sendable () -> Void
    ) -> [any RouteGroup] {
        [
            DocumentRoutes(),
            HealthRoutes(),
            SessionRoutes(
                version: configuration.version, access: access, onSetup: onSetup),
            AccountRoutes(access: access),
            TokenRoutes(access: access),
            StatusRoutes(),
            CameraRoutes(),
            ClipRoutes(),
            TimelineRoutes(),
            ProtectionRoutes(),
            ExportRoutes(),
            StorageRoutes(),
            SettingsRoutes(),
            LogRoutes(),
            DoctorRoutes(),
            LiveRoutes(hub: configuration.live),
            MetricsRoutes(),
            NotificationRoutes(),
            WebRoutes(),
        ]
    }
}

/// A recorder with a console: what is asked of it and what it is made to do.
typealias Recorder = RecorderCommanding & RecorderReading
