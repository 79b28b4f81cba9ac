import ArgumentParser
import FakeCamera
import Glibc
import Platform

/// `cctv camera`.
struct CameraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera",
        abstract: "Run the built-in test camera alone, good or faulty, on this machine.",
        discussion: "For trying how a recorder, this one or another, takes a camera's faults.")

    @Option(help: ArgumentHelp("How it misbehaves; see --list-faults.", valueName: "name"))
    var fault: String?

    @Option(help: "The TCP port on 127.0.0.1; 0 takes a free one.")
    var port: UInt16 = 8554

    @Flag(help: "List the faults and end.")
    var listFaults = false

    func run() throws {
        guard !listFaults else {
            for fault in Fault.allCases { print(fault.rawValue.padded(to: 26) + fault.summary) }
            return
        }
        let plan = try fault.map { name throws(CommandFailure) in
            guard let fault = Fault(rawValue: name) else {
                throw CommandFailure(
                    "no fault is called \(name); cctv camera --list-faults lists them", EX_USAGE)
            }
            return FaultPlan(fault)
        }
        let signals = try RecorderProgram.signals()
        let bell = try CommandFailure.ifSystemFails { () throws(SystemError) in try Doorbell() }
        let camera: FakeCameraServer
        do throws(FakeCameraError) { camera = try DemoCamera.start(port: port, fault: plan) } catch
        {
            throw CommandFailure("the camera does not start: \(error)", EX_OSERR)
        }
        defer { camera.stop() }
        print(camera.url("demo"))
        fflush(nil)
        while signals.wait(orFor: bell) == nil {}
    }
}
