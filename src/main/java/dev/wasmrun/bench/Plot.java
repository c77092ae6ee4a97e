package dev.wasmrun.bench;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.colors.ColorBlindFriendlySeriesColors;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A drawing of measurements: for each program, how much each contender does over the number of
 * threads, where 1 is what the first does on the fewest. Bars show how far runs lie apart. Colours
 * can be told from each other by everybody, and so can markers.
 */
public final class Plot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 500;

  private final Path file;
  private final boolean vector;

  /**
   * A drawing in a file that does not exist yet, or is replaced.
   *
   * @throws IllegalArgumentException if its name ends neither with {@code .png} nor {@code .svg}
   */
  public Plot(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".svg")) {
      throw new IllegalArgumentException("--plot %s is neither a .png nor a .svg".formatted(file));
    }
    this.file = file;
    this.vector = name.endsWith(".svg");
  }

  /**
   * Draws the measurements.
   *
   * @throws IOException if the file cannot be written, or this Java cannot draw
   */
  public void draw(List<Measurement> measurements) throws IOException {
    System.setProperty("java.awt.headless", "true"); // before the first class of the toolkit
    try {
      List<XYChart> charts = charts(measurements);
      int height = HEIGHT * Math.max(1, charts.size());
      if (vector) {
        var graphics = new VectorGraphics2D();
        paint(charts, graphics);
        try (OutputStream out = Files.newOutputStream(file)) {
          Processors.get("svg")
              .getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, height))
              .writeTo(out);
        }
      } else {
        var image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
        paint(charts, image.createGraphics());
        try (OutputStream out = Files.newOutputStream(file)) {
          ImageIO.write(image, "png", out);
        }
      }
    } catch (LinkageError | AWTError e) {
      throw new IOException("this Java cannot draw %s: %s".formatted(file, e), e);
    }
  }

  private static void paint(List<XYChart> charts, Graphics2D graphics) {
    for (XYChart chart : charts) {
      chart.paint(graphics, WIDTH, HEIGHT);
      graphics.translate(0, HEIGHT);
    }
  }

  private static List<XYChart> charts(List<Measurement> measurements) {
    var programs = new LinkedHashMap<String, List<Measurement>>();
    measurements.stream()
        .filter(measurement -> measurement.time().isPresent())
        .forEach(
            measurement ->
                programs
                    .computeIfAbsent(measurement.program(), name -> new ArrayList<>())
                    .add(measurement));
    return programs.entrySet().stream().map(of -> chart(of.getKey(), of.getValue())).toList();
  }

  private static XYChart chart(String program, List<Measurement> measurements) {
    Measurement base =
        measurements.stream()
            .filter(one -> one.contender().equals(measurements.get(0).contender()))
            .min(Comparator.comparingInt(Measurement::threads))
            .orElseThrow();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(program)
            .xAxisTitle("threads")
            .yAxisTitle("speed-up over %s on %s".formatted(base.contender(), base.threads()))
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setSeriesColors(new ColorBlindFriendlySeriesColors().getSeriesColors());
    chart.getStyler().setYAxisMin(0.0);
    boolean sharesWork =
        Catalogue.find(program)
            .flatMap(Catalogue.Entry::program)
            .map(Program::sharesWork)
            .orElse(true);
    measurements.stream()
        .map(Measurement::contender)
        .distinct()
        .forEach(
            contender ->
                add(
                    chart,
                    measurements.stream().filter(m -> m.contender().equals(contender)).toList(),
                    base,
                    sharesWork));
    addIdeal(chart, measurements, base);
    return chart;
  }

  /** Adds a contender's line. */
  private static void add(
      XYChart chart, List<Measurement> measurements, Measurement base, boolean sharesWork) {
    var threads = new ArrayList<Integer>();
    var speedups = new ArrayList<Double>();
    var errors = new ArrayList<Double>();
    for (Measurement one : measurements) {
      double speedup = Scaling.speedup(base, one, sharesWork);
      Spread time = one.time().orElseThrow();
      threads.add(one.threads());
      speedups.add(speedup);
      // Half the range, as both halves of a bar are of the same length.
      errors.add(speedup * time.median() * (1 / time.min() - 1 / time.max()) / 2);
    }
    chart.addSeries(measurements.get(0).contender(), threads, speedups, errors);
  }

  /** Adds the line of a contender whose added threads all arrive. */
  private static void addIdeal(XYChart chart, List<Measurement> measurements, Measurement base) {
    double[] threads =
        measurements.stream().mapToDouble(Measurement::threads).distinct().sorted().toArray();
    double[] ideal = Arrays.stream(threads).map(count -> count / base.threads()).toArray();
    XYSeries line = chart.addSeries("ideal", threads, ideal);
    line.setLineColor(Color.GRAY);
    line.setLineStyle(SeriesLines.DASH_DASH);
    line.setMarker(SeriesMarkers.NONE);
  }
}
