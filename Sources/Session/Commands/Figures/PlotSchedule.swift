import ClusterDDPM
import ClusteringMethods
import CommandLanguage
import Diffusion
import Figures

/// `plot schedule`
struct PlotScheduleCommand: DrawingCommand {
  var with: [ScheduleKind] = []
  var output = PictureOptions("schedule.png")

  static let declaration = CommandDeclaration<PlotScheduleCommand>(
    "plot schedule", summary: "Draw the noise schedule: signal, noise and their ratio over time",
    discussion: """
      x_t = α·x_0 + σ·ε: above α and σ, below λ = ln(α²/σ²), the logarithm of the signal-to-noise ratio, over t from 0, the \
      clean image, to 1. Where λ has no bound, at the ends, the curve stops at ±20. with= sets other schedules beside the \
      model's, with their usual numbers.
      """,
    parameters: [
      .option("with", \.with, .choice(), count: 0...6, help: "other schedules, as model takes them")
    ] + pictureParameters,
    results: ["schedule", "times", "signal", "noise"],
    examples: [
      CommandExample("plot schedule", "writes schedule.png"),
      CommandExample("plot schedule with=linear,sigmoid", "beside others"),
    ],
    seeAlso: ["describe", "denoise", "model fast"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let model = try session.model(.diffusion, for: "plot schedule")
    let own = model.process.schedule
    let kind = ScheduleKind(own)
    let side = max(model.imageShape.width, model.imageShape.height)
    let schedules =
      [(kind.rawValue, own)] + with.filter { $0 != kind }.map { ($0.rawValue, $0.schedule(imageSide: side)) }
    let times = (0...Self.stepCount).map { Double($0) / Double(Self.stepCount) }
    var levels: [CurvesFigure.Series] = []
    var ratios: [CurvesFigure.Series] = []
    let isAlone = schedules.count == 1
    for (name, schedule) in schedules {
      // One schedule has a colour for each curve; several have one each, and σ is dashed.
      levels.append(
        CurvesFigure.Series(isAlone ? "signal α" : name, xs: times, ys: times.map { schedule.signal(at: $0) }))
      var noise = CurvesFigure.Series(
        isAlone ? "noise σ" : name, xs: times, ys: times.map { schedule.noise(at: $0) })
      noise.isDashed = !isAlone
      levels.append(noise)
      let logs = times.map { schedule.logSignalToNoise(at: $0) }
      ratios.append(
        CurvesFigure.Series(isAlone ? "λ" : name, xs: times, ys: logs.map { abs($0) <= 20 ? $0 : .nan }))
    }
    var figure = CurvesFigure(panels: [
      CurvesFigure.Panel(yLabel: isAlone ? "factor" : "α, dashed σ", series: levels),
      CurvesFigure.Panel(yLabel: "log SNR", series: ratios),
    ])
    figure.title = "Noise schedule: " + schedules.map(\.0).joined(separator: ", ")
    figure.xLabel = "t"
    return Drawing(
      figure: figure,
      results: [
        "schedule": .string(schedules[0].0), "times": .array(times.map { .number($0) }),
        "signal": .array(levels[0].ys.map { .number($0) }), "noise": .array(levels[1].ys.map { .number($0) }),
      ])
  }

  private static let stepCount = 200
}
