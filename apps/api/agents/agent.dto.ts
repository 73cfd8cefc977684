import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { DirectoryUser } from '#libs/directory/directory-user';
import type { DirectoryRules, WritebackResult } from '#libs/domain/writeback/writeback.events';
import { writebackResults } from '#libs/domain/writeback/writeback.events';
import { mostHeld, type Asking, type Enrolment, type Receipt } from '#libs/directory/protocol/agent-messages';

/** 32 bytes, base64url without padding. */
const rawKey = /^[A-Za-z0-9_-]{43}$/;

export class EnrolmentBody implements Enrolment {
  @ApiProperty({ maxLength: 128 })
  @IsString()
  @MaxLength(128)
  enrolmentCode!: string;

  @ApiProperty({ description: 'Ed25519 public key, base64url' })
  @Matches(rawKey)
  identityKey!: string;

  @ApiProperty({ description: 'X25519 public key, base64url' })
  @Matches(rawKey)
  sealingKey!: string;

  @ApiProperty({ maxLength: 32 })
  @IsString()
  @MaxLength(32)
  version!: string;
}

export class KeysBody {
  @ApiPropertyOptional({ description: 'X25519 public key, base64url' })
  @IsOptional()
  @Matches(rawKey)
  sealingKey?: string;

  @ApiPropertyOptional({ description: 'Ed25519 public key, base64url' })
  @IsOptional()
  @Matches(rawKey)
  identityKey?: string;
}

export class AskingBody implements Asking {
  @ApiProperty({ type: [String], description: 'Every command that it has begun' })
  @IsArray()
  @ArrayMaxSize(mostHeld)
  @IsUUID(undefined, { each: true })
  holding!: string[];
}

class RulesBody implements DirectoryRules {
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000)
  declare minimumLength?: number;

  @IsOptional()
  @IsBoolean()
  declare complexity?: boolean;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000)
  declare history?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100_000)
  declare minimumAgeHours?: number;
}

export class ReceiptBody implements Receipt {
  @IsUUID()
  writebackId!: string;

  @ApiProperty({ enum: writebackResults })
  @IsIn(writebackResults)
  result!: WritebackResult;

  @IsInt()
  @Min(0)
  @Max(10)
  writes!: number;

  @IsBoolean()
  fenced!: boolean;

  @IsOptional()
  @ValidateNested()
  @Type(() => RulesBody)
  declare rules?: RulesBody;

  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9-]{1,40}$/)
  declare trouble?: string;

  @IsISO8601({ strict: true })
  doneAt!: string;
}

/** Of any version: directories make ids of their own. */
const directoryId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Sizes are all that is refused here: what one person's entry holds is judged one by one, so that nobody keeps the others
 * from being imported.
 */
export class PersonBody implements DirectoryUser {
  @Matches(directoryId)
  userId!: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  declare username?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  declare mail?: string;

  @IsOptional()
  @IsString()
  @MaxLength(256)
  declare officePhone?: string;

  @IsBoolean()
  disabled!: boolean;
}

export class PeopleBody {
  @ApiProperty({ type: [PersonBody] })
  @IsArray()
  @ArrayMaxSize(25)
  @ValidateNested({ each: true })
  @Type(() => PersonBody)
  people!: PersonBody[];
}

export class GonePeopleBody {
  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(directoryId, { each: true })
  userIds!: string[];
}

export class DirectorySignInBody {
  @Matches(directoryId)
  userId!: string;

  @ApiProperty({ format: 'date', description: 'a day of UTC' })
  @Matches(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  on!: string;
}

export class DirectorySignInsBody {
  @ApiProperty({ type: [DirectorySignInBody] })
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => DirectorySignInBody)
  signIns!: DirectorySignInBody[];
}
