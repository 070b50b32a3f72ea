import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.Base64;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;

/**
 * Writes Parquet files of any schema with parquet-mr. Each argument is a JSON file with the path,
 * the schema in parquet-mr's own text form, and the rows: for each field the list of its
 * occurrences; floats as their bits, bytes in base64.
 */
public class ParquetMR {
  public static void main(String[] jobs) throws Exception {
    for (String file : jobs) {
      JsonNode job = new ObjectMapper().readTree(new File(file));
      MessageType schema = MessageTypeParser.parseMessageType(job.get("schema").textValue());
      try (ParquetWriter<Group> writer =
          ExampleParquetWriter.builder(new Path(job.get("path").textValue()))
              .withConf(new Configuration())
              .withType(schema)
              .withCompressionCodec(CompressionCodecName.valueOf(job.get("codec").textValue()))
              .withWriterVersion(WriterVersion.valueOf(job.get("version").textValue()))
              .withDictionaryEncoding(job.get("dictionary").booleanValue())
              .withPageRowCountLimit(job.get("rowsPerPage").intValue())
              .build()) {
        for (JsonNode row : job.get("rows")) {
          Group group = new SimpleGroup(schema);
          fill(group, schema, row);
          writer.write(group);
        }
      }
    }
  }

  private static void fill(Group group, GroupType type, JsonNode row) {
    for (int index = 0; index < type.getFieldCount(); index++) {
      Type field = type.getType(index);
      for (JsonNode value : row.get(index)) {
        if (!field.isPrimitive()) {
          fill(group.addGroup(index), field.asGroupType(), value);
          continue;
        }
        switch (field.asPrimitiveType().getPrimitiveTypeName()) {
          case BOOLEAN -> group.add(index, value.booleanValue());
          case INT32 -> group.add(index, value.intValue());
          case INT64 -> group.add(index, value.longValue());
          case FLOAT -> group.add(index, Float.intBitsToFloat(value.intValue()));
          case DOUBLE -> group.add(index, Double.longBitsToDouble(value.longValue()));
          default ->
              group.add(
                  index,
                  Binary.fromConstantByteArray(Base64.getDecoder().decode(value.textValue())));
        }
      }
    }
  }
}
