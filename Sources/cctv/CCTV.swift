import ArgumentParser

@main struct CCTV: ParsableCommand {
    func run() {}
}
