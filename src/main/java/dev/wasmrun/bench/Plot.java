package dev.wasmrun.bench;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * A drawing of measurements: for every program and number of threads a bar for each contender, as
 * high as it is fast, where the first contender's is 1.
 */
public final class Plot {
  private static final int HEIGHT = 600;
  private static final int MARGIN = 400;
  private static final int WIDTH_OF_GROUP = 140;

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
      CategoryChart chart = chart(measurements);
      if (vector) {
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
      } else {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
      }
    } catch (LinkageError | AWTError e) {
      throw new IOException("this Java cannot draw %s: %s".formatted(file, e), e);
    }
  }

  private static CategoryChart chart(List<Measurement> measurements) {
    var groups = new ArrayList<String>();
    var speeds = new LinkedHashMap<String, Map<String, Double>>();
    for (Measurement measurement : measurements) {
      String group = "%s × %s".formatted(measurement.program(), measurement.threads());
      if (!groups.contains(group)) {
        groups.add(group);
      }
      measurement
          .ratio()
          .ifPresent(
              ratio ->
                  speeds
                      .computeIfAbsent(measurement.contender(), name -> new LinkedHashMap<>())
                      .put(group, 1 / ratio));
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(MARGIN + WIDTH_OF_GROUP * groups.size())
            .height(HEIGHT)
            .xAxisTitle("program × threads")
            .yAxisTitle("speed, the first contender's is 1")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    speeds.forEach(
        (contender, of) ->
            chart.addSeries(
                contender,
                groups,
                groups.stream().map(group -> of.getOrDefault(group, 0.0)).toList()));
    return chart;
  }
}
