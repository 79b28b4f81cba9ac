public import ISOBMFF
public import Platform

/// Why an export was not made; nothing of it is left.
public enum ExportError: Error, Hashable, Sendable {
    /// There is no picture in the time; the camera was recorded in `recorded`, if at all.
    case nothing(ExportRequest, recorded: Range<WallTime>?)
    /// No camera was named and several have clips of the time.
    case whichCamera([String])
    /// One file cannot hold all of it; each of these ranges can be exported by itself.
    case severalKinds([Range<WallTime>], reason: String)
    /// A clip cannot be read.
    case clip(path: String, ClipReadError)
    /// A call of the system failed.
    case system(SystemError)
    /// The disk has no room for it; how many bytes are needed and free.
    case full(path: String, needed: Int64, free: Int64)
    /// There is such a file already.
    case exists(path: String)
    /// The file would lie in the folder where the recorder keeps its own.
    case privateFolder(path: String)
    /// Another export writes the same file now.
    case busy(path: String)
    /// It was asked to stop.
    case cancelled
}

extension ExportError: CustomStringConvertible {
    /// What failed, why, and what to do about it.
    public var description: String {
        switch self {
        case .nothing(let request, let recorded):
            let wanted =
                "\(request.range.lowerBound.localText) to \(request.range.upperBound.localText)"
            guard let recorded else { return "there are no clips of '\(request.camera)'" }
            return
                "nothing of '\(request.camera)' was recorded from \(wanted); its clips reach from "
                + "\(recorded.lowerBound.localText) to \(recorded.upperBound.localText)"
        case .whichCamera(let cameras):
            return "several cameras were recorded then: " + cameras.joined(separator: ", ")
                + "; choose one with --camera"
        case .severalKinds(let ranges, let reason):
            // Cut to a millisecond, a start would lie in the part before.
            let list = ranges.map {
                "\n  --from \(($0.lowerBound + .nanoseconds(999_999)).localText)"
                    + " --to \($0.upperBound.localText)"
            }
            return "one file cannot hold it, because \(reason); export one by one:" + list.joined()
        case .clip(let path, let error): return "cannot read \(path): \(error)"
        case .system(let error): return "\(error)"
        case .full(let path, let needed, let free):
            return "the disk of \(path) is full: the export needs \(Self.size(needed)) and "
                + "\(Self.size(free)) are free. Nothing was left behind"
        case .exists(let path):
            return "\(path) exists already; choose another name, or replace it with --force"
        case .privateFolder(let path):
            return "\(path) lies in the recorder's own folder .cctv; choose another one"
        case .busy(let path): return "another export writes \(path) now"
        case .cancelled: return "stopped; nothing was left behind"
        }
    }

    private static func size(_ bytes: Int64) -> String {
        bytes < 10 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
    }
}
