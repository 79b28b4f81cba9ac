import ArgumentParser
import Glibc
import Platform

/// `cctv discover`.
struct DiscoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Look for ONVIF cameras on the networks of this machine, for five seconds.",
        discussion: """
            It needs no settings and no recorder. What a camera sends says cctv probe, with the \
            address that its maker gives for RTSP.
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        Screen.show("looking for cameras for 5 s ...")
        let cameras = try CommandFailure.ifSystemFails { () throws(SystemError) in
            try CameraDiscovery().run()
        }
        Screen.show("")
        guard !json else {
            return print(JSON(cameras.map(\.json)).indented)
        }
        guard !cameras.isEmpty else {
            return print("no camera answered; many have ONVIF switched off, try cctv probe")
        }
        for camera in cameras {
            let words = [camera.name, camera.hardware, camera.service].filter { !$0.isEmpty }
            print(camera.host.padded(to: 17) + words.joined(separator: "  "))
        }
    }
}

extension NetworkCamera {
    /// The camera for scripts.
    fileprivate var json: JSON {
        [
            "host": JSON(host), "name": JSON(name), "hardware": JSON(hardware),
            "service": JSON(service),
        ]
    }
}
