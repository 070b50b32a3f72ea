public import ObjectStorage
public import Parquet

extension LocalFile: ByteRangeSource {}
