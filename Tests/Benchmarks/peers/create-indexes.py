"""`receipt load`, and CREATE INDEX afterwards. argv: RECEIPT DUMP FILE"""
import subprocess
import sys

from dump import create_indexes

receipt, dump, file = sys.argv[1:]
subprocess.run([receipt, "load", dump, "--into", file, "-q"], check=True)
create_indexes(file)
